"""The names that things of a registry have: ARNs, host names, URIs."""

import re

from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.references import partition_of as partition

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):ecr:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):repository/(?P<name>.+)",
    re.ASCII,
)


def repository_arn(repository: StoredRepository) -> str:
    """Name a repository as an AWS resource."""
    return arn_in(repository.scope, repository.name)


def arn_in(scope: Scope, name: str) -> str:
    """Name a repository of a registry, which need not exist, as an AWS resource."""
    account, region = scope
    return f"arn:{partition(region)}:ecr:{region}:{account}:repository/{name}"


def parse_repository_arn(arn: str) -> tuple[Scope, str] | None:
    """Read registry and name of a repository from its ARN; None if it is no such ARN."""
    match = _ARN.fullmatch(arn)
    if match is None or match["partition"] != partition(match["region"]):
        return None
    return Scope(match["account"], match["region"]), match["name"]


def user_arn(account: str, region: str, name: str) -> str:
    """Name a user of IAM."""
    return f"arn:{partition(region)}:iam::{account}:user/{name}"


def registry_host(base_url: str) -> str:
    """Give the host name of the registry: where the caller reached this server, so that Docker does too."""
    return base_url.partition("://")[2]
