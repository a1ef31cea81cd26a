"""`registry.signing`: which images ECR signs when they are pushed, and with what."""

from collections.abc import Iterable

from ecrkit import models
from ecrkit.resources._area import OwnRegistryArea


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
