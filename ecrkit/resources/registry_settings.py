"""Settings of a registry as a whole: scanning, signing, pull-time exclusions, and those of the account."""

from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum

from ecrkit import models
from ecrkit.errors import ExclusionAlreadyExistsError
from ecrkit.paging import Items
from ecrkit.resources._area import OwnRegistryArea


class Scanning(OwnRegistryArea):
    """The scanning configuration of a registry.

    Example:
        >>> scanning = registry.scanning
        >>> scanning.put("ENHANCED", [scanning.rule("CONTINUOUS_SCAN", ["prod/*"]), scanning.rule("SCAN_ON_PUSH", ["*"])])
    """

    def get(self) -> models.RegistryScanningConfiguration:
        """Read the configuration. Where none was ever set, scanning is basic and has no rules."""
        return self._send(models.GetRegistryScanningConfigurationRequest()).scanning_configuration

    def put(
        self, scan_type: models.ScanType | str, rules: Iterable[models.RegistryScanningRule] = ()
    ) -> models.RegistryScanningConfiguration:
        """Set the configuration, in place of the one before.

        Args:
            scan_type: `BASIC` or `ENHANCED`, which is Amazon Inspector and costs money.
            rules: Up to two, one for each frequency; see `rule`. Where two match a repository, continuous scanning wins. Without
                rules, basic scanning is by hand, and enhanced scanning is continuous for all repositories.

        Raises:
            ValidationError: A frequency that the type does not know: basic scanning has `SCAN_ON_PUSH` only.
            BlockedByOrganizationPolicyError: The organization manages Amazon Inspector for the account.
        """
        request = models.PutRegistryScanningConfigurationRequest(
            scan_type=models.ScanType(scan_type), rules=list(rules)
        )
        return self._send(request).registry_scanning_configuration  # GET calls it otherwise

    @staticmethod
    def rule(frequency: models.ScanFrequency | str, filters: Iterable[str]) -> models.RegistryScanningRule:
        """Write a rule down. Sends nothing.

        Args:
            frequency: `SCAN_ON_PUSH` or, with enhanced scanning, `CONTINUOUS_SCAN`.
            filters: Which repositories: a part of their names, or with `*` (any characters) the whole name. Up to 100.

        Raises:
            InvalidFieldsError: A filter has characters that no repository name has.
        """
        wanted = [
            models.ScanningRepositoryFilter(
                filter=each, filter_type=models.ScanningRepositoryFilterType.WILDCARD
            )
            for each in filters
        ]
        return models.RegistryScanningRule(
            scan_frequency=models.ScanFrequency(frequency), repository_filters=wanted
        )


class Signing(OwnRegistryArea):
    """The signing configuration of a registry. It applies to what is pushed from then on.

    Whoever pushes needs `signer:SignPayload` for the profile. Signatures lie beside the image and count against its
    repository's quota of images. (Managed signing, Amazon ECR user guide)

    Example:
        >>> registry.signing.put([registry.signing.rule(profile_arn, ["prod/*"])])
    """

    def get(self) -> models.SigningConfiguration:
        """Read the configuration.

        Raises:
            SigningConfigurationNotFoundError: None was set.
        """
        return self._send(models.GetSigningConfigurationRequest()).signing_configuration

    def put(self, rules: Iterable[models.SigningRule]) -> models.SigningConfiguration:
        """Set the configuration, in place of the one before.

        Args:
            rules: Up to ten; see `rule`.

        Raises:
            ValidationError: A profile cannot be used.
        """
        wanted = models.SigningConfiguration(rules=list(rules))
        return self._send(
            models.PutSigningConfigurationRequest(signing_configuration=wanted)
        ).signing_configuration

    def delete(self) -> None:
        """Sign nothing any more. Signatures that are there stay.

        Raises:
            SigningConfigurationNotFoundError: None was set.
        """
        self._send(models.DeleteSigningConfigurationRequest())

    @staticmethod
    def rule(profile_arn: str, filters: Iterable[str] = ()) -> models.SigningRule:
        """Write a rule down. Sends nothing.

        Args:
            profile_arn: The signing profile of AWS Signer: `arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME`.
            filters: Names of repositories, with `*` for any characters, up to 100; all repositories if there are none.
        """
        wanted = [
            models.SigningRepositoryFilter(
                filter=each, filter_type=models.SigningRepositoryFilterType.WILDCARD_MATCH
            )
            for each in filters
        ]
        return models.SigningRule(signing_profile_arn=profile_arn, repository_filters=wanted or None)


class PullTimeExclusions(OwnRegistryArea):
    """Scanners and mirrors, say, whose pulls should not keep an image from being archived for lack of use.

    Example:
        >>> registry.pull_time_exclusions.add("arn:aws:iam::111122223333:role/scanner")
    """

    def principals(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[str]:
        """List the ARNs of the principals. boto3 has no paginator for them (T36).

        Args:
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.
        """

        def listed(page: models.ListPullTimeUpdateExclusionsResponse) -> list[str]:
            self._check_own_account()
            return page.pull_time_update_exclusions

        request = models.ListPullTimeUpdateExclusionsRequest()
        return Items(self.client, request, listed, limit=limit, page_size=page_size, start=start)

    def add(self, principal_arn: str) -> None:
        """Exclude a principal. To add one that is excluded already is a success.

        Args:
            principal_arn: The ARN of a role or a user.

        Raises:
            LimitExceededError: A hundred principals are excluded already.
        """
        with suppress(ExclusionAlreadyExistsError):
            self._send(models.RegisterPullTimeUpdateExclusionRequest(principal_arn=principal_arn))

    def remove(self, principal_arn: str) -> None:
        """Let the pulls of a principal count again.

        Raises:
            ExclusionNotFoundError: The principal is not excluded.
        """
        self._send(models.DeregisterPullTimeUpdateExclusionRequest(principal_arn=principal_arn))


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
