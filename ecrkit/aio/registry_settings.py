# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.registry_settings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio._wrapping import same
from ecrkit.aio.calling import call
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecrkit import models
    from ecrkit.aio.registry import AsyncRegistry
    from ecrkit.client import Client
    from ecrkit.resources.registry_settings import (
        AccountSetting,
        AccountSettings,
        PullTimeExclusions,
        Scanning,
        Signing,
    )


class AsyncScanning(Face):
    """The scanning configuration of a registry.

    Example:
        >>> scanning = registry.scanning
        >>> await scanning.put("ENHANCED", [scanning.rule("CONTINUOUS_SCAN", "prod/*"), scanning.rule("SCAN_ON_PUSH", "*")])
    """

    def __init__(self, sync: Scanning) -> None:
        self._scanning = sync

    @property
    def sync(self) -> Scanning:
        """The same object for blocking code."""
        return self._scanning

    @property
    def registry(self) -> AsyncRegistry:
        """The registry the settings belong to."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def get(self) -> models.RegistryScanningConfiguration:
        """Return the configuration; basic scanning without rules if none was ever set."""
        return await call(self.sync.get)

    async def put(
        self,
        scan_type: models.ScanType | str,
        rules: models.RegistryScanningRule | Iterable[models.RegistryScanningRule] = (),
    ) -> models.RegistryScanningConfiguration:
        """Replace the configuration.

        Args:
            scan_type: `BASIC`, or `ENHANCED` for Amazon Inspector, which is billed separately.
            rules: Up to two, one per frequency; see `rule`. If both match a repository, continuous scanning wins. Without
                rules, basic scanning is manual, and enhanced scanning scans every repository continuously.

        Raises:
            ValidationError: The scan type does not support a frequency: basic scanning only has `SCAN_ON_PUSH`.
            BlockedByOrganizationPolicyError: The organization manages Amazon Inspector for the account.
        """
        return await call(self.sync.put, scan_type, rules)

    @staticmethod
    def rule(
        frequency: models.ScanFrequency | str, filters: str | Iterable[str]
    ) -> models.RegistryScanningRule:
        """Build a rule. Nothing is sent.

        Args:
            frequency: `SCAN_ON_PUSH`, or with enhanced scanning `CONTINUOUS_SCAN`.
            filters: Up to 100 filters on repository names: part of a name, or a pattern for the whole name in which `*`
                matches any characters.

        Raises:
            InvalidFieldsError: A filter has characters that repository names cannot have.
        """
        from ecrkit.resources.registry_settings import Scanning

        return Scanning.rule(frequency, filters)


class AsyncSigning(Face):
    """The signing configuration of a registry: ECR signs matching images when they are pushed.

    Whoever pushes needs `signer:SignPayload` for the profile. Signatures are stored beside the image and count towards the
    repository's image quota; see [managed signing](https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html).

    Example:
        >>> await registry.signing.put(registry.signing.rule(profile_arn, "prod/*"))
    """

    def __init__(self, sync: Signing) -> None:
        self._signing = sync

    @property
    def sync(self) -> Signing:
        """The same object for blocking code."""
        return self._signing

    @property
    def registry(self) -> AsyncRegistry:
        """The registry the settings belong to."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def get(self) -> models.SigningConfiguration:
        """Return the configuration.

        Raises:
            SigningConfigurationNotFoundError: Signing is not configured.
        """
        return await call(self.sync.get)

    async def put(
        self, rules: models.SigningRule | Iterable[models.SigningRule]
    ) -> models.SigningConfiguration:
        """Replace the configuration.

        Args:
            rules: Up to ten; see `rule`.

        Raises:
            ValidationError: A signing profile cannot be used.
        """
        return await call(self.sync.put, rules)

    async def delete(self) -> None:
        """Stop signing. Existing signatures are kept.

        Raises:
            SigningConfigurationNotFoundError: Signing is not configured.
        """
        await call(self.sync.delete)

    @staticmethod
    def rule(profile_arn: str, filters: str | Iterable[str] = ()) -> models.SigningRule:
        """Build a rule. Nothing is sent.

        Args:
            profile_arn: AWS Signer profile: `arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME`.
            filters: Up to 100 patterns for repository names in which `*` matches any characters; all repositories if omitted.
        """
        from ecrkit.resources.registry_settings import Signing

        return Signing.rule(profile_arn, filters)


class AsyncPullTimeExclusions(Face):
    """Principals, such as scanners and mirrors, whose pulls do not update the last pull time of an image.

    Lifecycle rules on pull time then ignore these pulls.

    Example:
        >>> await registry.pull_time_exclusions.add("arn:aws:iam::111122223333:role/scanner")
    """

    def __init__(self, sync: PullTimeExclusions) -> None:
        self._pull_time_exclusions = sync

    @property
    def sync(self) -> PullTimeExclusions:
        """The same object for blocking code."""
        return self._pull_time_exclusions

    @property
    def registry(self) -> AsyncRegistry:
        """The registry the settings belong to."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    def principals(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> AsyncItems[str]:
        """List the ARNs of the excluded principals.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """
        return AsyncItems(self.sync.principals(limit=limit, page_size=page_size, start=start), same)

    async def add(self, principal_arn: str) -> None:
        """Exclude a principal. Idempotent: succeeds if it is already excluded.

        Args:
            principal_arn: ARN of a role or user.

        Raises:
            LimitExceededError: A hundred principals are already excluded.
        """
        await call(self.sync.add, principal_arn)

    async def remove(self, principal_arn: str) -> None:
        """Count the pulls of a principal again.

        Raises:
            ExclusionNotFoundError: The principal is not excluded.
        """
        await call(self.sync.remove, principal_arn)


class AsyncAccountSettings(Face):
    """The account settings of the caller's own account in this region.

    Example:
        >>> await registry.settings.put(AccountSetting.BLOB_MOUNTING, "ENABLED")
    """

    def __init__(self, sync: AccountSettings) -> None:
        self._account_settings = sync

    @property
    def sync(self) -> AccountSettings:
        """The same object for blocking code."""
        return self._account_settings

    @property
    def registry(self) -> AsyncRegistry:
        """The registry the settings belong to."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def get(self, name: AccountSetting | str) -> str:
        """Return the value of a setting.

        Raises:
            InvalidRequestError: The setting does not exist.
        """
        return await call(self.sync.get, name)

    async def put(self, name: AccountSetting | str, value: str) -> None:
        """Change a setting. Idempotent: succeeds if it already has the value.

        Raises:
            InvalidRequestError: The setting does not exist, or cannot have this value.
        """
        await call(self.sync.put, name, value)
