"""ARNs, host names and URIs of a registry."""

import re

from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.references import partition_of as partition

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):ecr:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):repository/(?P<name>.+)",
    re.ASCII,
)


def repository_arn(repository: StoredRepository) -> str:
    """Return the ARN of a repository."""
    return arn_in(repository.scope, repository.name)


def arn_in(scope: Scope, name: str) -> str:
    """Return the ARN of a repository name, which need not exist."""
    account, region = scope
    return f"arn:{partition(region)}:ecr:{region}:{account}:repository/{name}"


def parse_repository_arn(arn: str) -> tuple[Scope, str] | None:
    """Parse the registry and name of a repository from its ARN; None if it is not such an ARN."""
    match = _ARN.fullmatch(arn)
    if match is None or match["partition"] != partition(match["region"]):
        return None
    return Scope(match["account"], match["region"]), match["name"]


def user_arn(account: str, region: str, name: str) -> str:
    """Return the ARN of an IAM user."""
    return f"arn:{partition(region)}:iam::{account}:user/{name}"


def registry_host(base_url: str) -> str:
    """Return the host name of the registry: the one the caller used, so that it also works for Docker."""
    return base_url.partition("://")[2]
