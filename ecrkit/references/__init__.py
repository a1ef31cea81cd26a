"""How things in ECR are named: digests, repositories, tags, ARNs, registry hosts and image references."""

from ecrkit.references._arn import RepositoryArn
from ecrkit.references._digest import Digest, Hash, shorten_digest
from ecrkit.references._host import RegistryHost, partition_of
from ecrkit.references._image import ImageReference
from ecrkit.references._names import check_registry_id, check_repository_name, check_tag

__all__ = [
    "Digest",
    "Hash",
    "ImageReference",
    "RegistryHost",
    "RepositoryArn",
    "check_registry_id",
    "check_repository_name",
    "check_tag",
    "partition_of",
    "shorten_digest",
]
