"""Encryption configurations of repositories, without KMS. Pure."""

import re
import uuid

from ecrkit import models
from ecrkit.local.store.repositories import Scope
from ecrkit.references import partition_of

_DEFAULT_KEY = "alias/aws/ecr"  # API reference, EncryptionConfiguration
_KEY = re.compile(r"(?P<place>arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}):(?P<name>.+)", re.ASCII)


Encryption = models.EncryptionConfiguration | models.EncryptionConfigurationForRepositoryCreationTemplate


def encryption_of(scope: Scope, asked: Encryption | None) -> dict[str, str]:
    """Return the encryption configuration of a new repository, as the service returns it."""
    if asked is None or asked.encryption_type == models.EncryptionType.AES256:
        return {"encryptionType": models.EncryptionType.AES256}
    key = key_arn(scope, asked.kms_key or _DEFAULT_KEY)
    return {"encryptionType": asked.encryption_type, "kmsKey": key}


def key_arn(scope: Scope, name: str) -> str:
    """Return the ARN of a KMS key named by an id, an alias, or the ARN of either.

    ECR always answers with the ARN of the key (API reference, EncryptionConfiguration; terraform-provider-aws,
    aws_ecr_repository). The local ECR has no KMS, so the id of an alias's key is derived from the alias.
    """
    form = _KEY.fullmatch(name)
    place = f"arn:{partition_of(scope.region)}:kms:{scope.region}:{scope.account}"
    if form is not None:
        place, name = form["place"], form["name"]
    if name.startswith("alias/"):
        name = f"key/{uuid.uuid5(uuid.NAMESPACE_URL, f'{place}:{name}')}"
    return f"{place}:{name if name.startswith('key/') else f'key/{name}'}"
