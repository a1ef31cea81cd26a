"""`registry.settings`: the settings that hold for a whole account in one region."""

from enum import StrEnum

from ecrkit import models
from ecrkit.resources._area import OwnRegistryArea


class AccountSetting(StrEnum):
    """The settings that AWS documents, with their values; others can be given by name."""

    BASIC_SCAN_TYPE_VERSION = "BASIC_SCAN_TYPE_VERSION"
    """Which scanner basic scanning uses: `AWS_NATIVE`."""

    REGISTRY_POLICY_SCOPE = "REGISTRY_POLICY_SCOPE"
    """What the policy of the registry may speak of: `V2`, every action. There is no way back from it."""

    BLOB_MOUNTING = "BLOB_MOUNTING"
    """Whether Docker may take over a layer from another repository without sending it: `ENABLED` or `DISABLED`."""


class AccountSettings(OwnRegistryArea):
    """The settings of the caller's account in this region.

    Example:
        >>> registry.settings.put(AccountSetting.BLOB_MOUNTING, "ENABLED")
    """

    def get(self, name: AccountSetting | str) -> str:
        """Read one setting.

        Raises:
            InvalidRequestError: There is no setting of this name.
        """
        return self._send(models.GetAccountSettingRequest(name=name)).value

    def put(self, name: AccountSetting | str, value: str) -> None:
        """Change one setting. To set what is set already is a success.

        Raises:
            InvalidRequestError: There is no setting of this name, or it cannot have this value.
        """
        self._send(models.PutAccountSettingRequest(name=name, value=value))
