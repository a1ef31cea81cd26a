"""Names in ECR: digests, repositories, tags, ARNs, registry hosts and image references."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.references._arn import RepositoryArn
    from ecrkit.references._digest import Digest, Hash, shorten_digest
    from ecrkit.references._host import RegistryHost, partition_of
    from ecrkit.references._image import ImageReference
    from ecrkit.references._names import check_registry_id, check_repository_name, check_tag
    from ecrkit.references._uri import is_this_machine as is_this_machine  # not public
    from ecrkit.references._uri import registry_of as registry_of
    from ecrkit.references._uri import same_host as same_host

# Generated from the imports above by `make codegen`. Do not edit below.
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

_HOMES = {
    "Digest": "_digest",
    "Hash": "_digest",
    "ImageReference": "_image",
    "RegistryHost": "_host",
    "RepositoryArn": "_arn",
    "check_registry_id": "_names",
    "check_repository_name": "_names",
    "check_tag": "_names",
    "is_this_machine": "_uri",
    "partition_of": "_host",
    "registry_of": "_uri",
    "same_host": "_uri",
    "shorten_digest": "_digest",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
