"""Repositories of a local ECR, read over the registry protocol as any other registry is."""

from urllib.parse import urlsplit

from ecrkit import Repository, oci


def reference_to(repository: Repository, suffix: str = "") -> str:
    endpoint = urlsplit(repository.registry.docker_credentials().endpoint).netloc
    return f"{endpoint}/{repository.name}{suffix}"


def password_of(repository: Repository) -> str:
    return repository.registry.docker_credentials().password.get_secret_value()


def remote_image(repository: Repository, suffix: str) -> oci.RemoteImage:
    return oci.remote(reference_to(repository, suffix), username="AWS", password=password_of(repository))


def remote_repository(repository: Repository) -> oci.RemoteRepository:
    return oci.remote_repository(reference_to(repository), username="AWS", password=password_of(repository))
