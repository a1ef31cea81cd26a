"""`registry.scanning`: how, when and which repositories of a registry are scanned."""

from collections.abc import Iterable

from ecrkit import models
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
