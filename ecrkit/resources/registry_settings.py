"""Settings of a registry as a whole: scanning, signing, pull-time exclusions, and account settings."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum

from ecrkit import models
from ecrkit._strings import items_of, models_of
from ecrkit.errors import ExclusionAlreadyExistsError
from ecrkit.paging import Items
from ecrkit.resources._area import OwnRegistryArea


class Scanning(OwnRegistryArea):
    """The scanning configuration of a registry.

    Example:
        >>> scanning = registry.scanning
        >>> scanning.put("ENHANCED", [scanning.rule("CONTINUOUS_SCAN", "prod/*"), scanning.rule("SCAN_ON_PUSH", "*")])
    """

    def get(self) -> models.RegistryScanningConfiguration:
        """Return the configuration; basic scanning without rules if none was ever set."""
        return self._send(models.GetRegistryScanningConfigurationRequest()).scanning_configuration

    def put(
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
        request = models.PutRegistryScanningConfigurationRequest(
            scan_type=models.ScanType(scan_type), rules=list(models_of(rules, models.RegistryScanningRule))
        )
        return self._send(
            request
        ).registry_scanning_configuration  # named differently than in the response to GET

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
        wanted = [
            models.ScanningRepositoryFilter(
                filter=each, filter_type=models.ScanningRepositoryFilterType.WILDCARD
            )
            for each in items_of(filters)
        ]
        return models.RegistryScanningRule(
            scan_frequency=models.ScanFrequency(frequency), repository_filters=wanted
        )


class Signing(OwnRegistryArea):
    """The signing configuration of a registry: ECR signs matching images when they are pushed.

    Whoever pushes needs `signer:SignPayload` for the profile. Signatures are stored beside the image and count towards the
    repository's image quota; see [managed signing](https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html).

    Example:
        >>> registry.signing.put(registry.signing.rule(profile_arn, "prod/*"))
    """

    def get(self) -> models.SigningConfiguration:
        """Return the configuration.

        Raises:
            SigningConfigurationNotFoundError: Signing is not configured.
        """
        return self._send(models.GetSigningConfigurationRequest()).signing_configuration

    def put(self, rules: models.SigningRule | Iterable[models.SigningRule]) -> models.SigningConfiguration:
        """Replace the configuration.

        Args:
            rules: Up to ten; see `rule`.

        Raises:
            ValidationError: A signing profile cannot be used.
        """
        wanted = models.SigningConfiguration(rules=list(models_of(rules, models.SigningRule)))
        request = models.PutSigningConfigurationRequest(signing_configuration=wanted)
        return self._send(request).signing_configuration

    def delete(self) -> None:
        """Stop signing. Existing signatures are kept.

        Raises:
            SigningConfigurationNotFoundError: Signing is not configured.
        """
        self._send(models.DeleteSigningConfigurationRequest())

    @staticmethod
    def rule(profile_arn: str, filters: str | Iterable[str] = ()) -> models.SigningRule:
        """Build a rule. Nothing is sent.

        Args:
            profile_arn: AWS Signer profile: `arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME`.
            filters: Up to 100 patterns for repository names in which `*` matches any characters; all repositories if omitted.
        """
        wanted = [
            models.SigningRepositoryFilter(
                filter=each, filter_type=models.SigningRepositoryFilterType.WILDCARD_MATCH
            )
            for each in items_of(filters)
        ]
        return models.SigningRule(signing_profile_arn=profile_arn, repository_filters=wanted or None)


class PullTimeExclusions(OwnRegistryArea):
    """Principals, such as scanners and mirrors, whose pulls do not update the last pull time of an image.

    Lifecycle rules on pull time then ignore these pulls.

    Example:
        >>> registry.pull_time_exclusions.add("arn:aws:iam::111122223333:role/scanner")
    """

    def principals(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[str]:
        """List the ARNs of the excluded principals.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """

        def listed(page: models.ListPullTimeUpdateExclusionsResponse) -> list[str]:
            self._check_own_account()
            return page.pull_time_update_exclusions

        # boto3 has no paginator for this operation.
        request = models.ListPullTimeUpdateExclusionsRequest()
        return Items(self.client, request, listed, limit=limit, page_size=page_size, start=start)

    def add(self, principal_arn: str) -> None:
        """Exclude a principal. Idempotent: succeeds if it is already excluded.

        Args:
            principal_arn: ARN of a role or user.

        Raises:
            LimitExceededError: A hundred principals are already excluded.
        """
        with suppress(ExclusionAlreadyExistsError):
            self._send(models.RegisterPullTimeUpdateExclusionRequest(principal_arn=principal_arn))

    def remove(self, principal_arn: str) -> None:
        """Count the pulls of a principal again.

        Raises:
            ExclusionNotFoundError: The principal is not excluded.
        """
        self._send(models.DeregisterPullTimeUpdateExclusionRequest(principal_arn=principal_arn))


class AccountSetting(StrEnum):
    """Documented account settings and their values. Others can be passed as strings."""

    BASIC_SCAN_TYPE_VERSION = "BASIC_SCAN_TYPE_VERSION"
    """Scanner that basic scanning uses: `AWS_NATIVE`."""

    REGISTRY_POLICY_SCOPE = "REGISTRY_POLICY_SCOPE"
    """Actions the registry policy can cover: `V2` means all of them. This cannot be undone."""

    BLOB_MOUNTING = "BLOB_MOUNTING"
    """Whether Docker can mount a layer from another repository instead of uploading it: `ENABLED` or `DISABLED`."""


class AccountSettings(OwnRegistryArea):
    """The account settings of the caller's own account in this region.

    Example:
        >>> registry.settings.put(AccountSetting.BLOB_MOUNTING, "ENABLED")
    """

    def get(self, name: AccountSetting | str) -> str:
        """Return the value of a setting.

        Raises:
            InvalidRequestError: The setting does not exist.
        """
        return self._send(models.GetAccountSettingRequest(name=name)).value

    def put(self, name: AccountSetting | str, value: str) -> None:
        """Change a setting. Idempotent: succeeds if it already has the value.

        Raises:
            InvalidRequestError: The setting does not exist, or cannot have this value.
        """
        self._send(models.PutAccountSettingRequest(name=name, value=value))
