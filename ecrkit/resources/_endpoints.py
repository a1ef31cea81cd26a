"""A repository as a place to pull from and to push to."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ecrkit import references, transfer
from ecrkit._arguments import expect
from ecrkit.errors import UnsupportedWireError
from ecrkit.retrying import RetryPolicy
from ecrkit.transport import BotoTransport

if TYPE_CHECKING:
    from ecrkit.resources.repository import Repository
    from ecrkit.transfer import EcrApi, EcrOverOci


def repository_name(repository: Repository, registry_id: str | None = None) -> str:
    """Return the whole name of a repository, as Docker writes it, as far as it is known without asking ECR.

    The host of a local ECR is where it answers. Without an account there is no host; then the name stands alone.

    Args:
        repository: The repository.
        registry_id: The account of the registry, if a response has named it.
    """
    registry_id = repository.registry_id or registry_id
    registry, transport = repository.registry, repository.client.transport
    netloc = urlsplit(transport.endpoint_url).netloc if isinstance(transport, BotoTransport) else ""
    if registry.host is not None:
        host = str(registry.host)
    elif netloc and references.is_this_machine(netloc):
        host = netloc
    elif registry_id is not None:
        host = str(references.RegistryHost(registry_id, registry.region_name))
    else:
        return repository.name
    return f"{host}/{repository.name}"


def endpoint_of(repository: Repository, retry: RetryPolicy | None = None) -> EcrApi | EcrOverOci:
    """Return the way to a repository's blobs and manifests, over the wire that the registry was created with."""
    api = api_of(repository, retry)
    connect = repository.registry._connect_over_oci  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] -- same package
    return api if connect is None else transfer.EcrOverOci(api, connect)


def parts_of(repository: Repository, retry: RetryPolicy | None = None) -> EcrApi:
    """Return the way to a repository for an upload that can be resumed by part.

    Raises:
        UnsupportedWireError: The registry was created with `wire="oci"`.
    """
    if repository.registry.wire == "oci":
        raise UnsupportedWireError(
            "start_upload() and resume_upload() need Registry(wire='api'): over the registry protocol ECR cannot resume an "
            "upload. push_layer() works with both, and restarts the layer by itself"
        )
    return api_of(repository, retry)


def api_of(repository: Repository, retry: RetryPolicy | None = None) -> EcrApi:
    """Return the way to a repository over the API."""
    expect("retry", retry, (RetryPolicy, NoneType), "a RetryPolicy such as RetryPolicy(attempts=3)")
    return transfer.EcrApi(repository.client, repository.name, repository.registry_id, retry or RetryPolicy())
