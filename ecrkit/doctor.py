"""Finds out why ECR cannot be reached, step by step, and says what to do: `python -m ecrkit doctor`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from ecrkit.errors import (
    AccessDeniedError,
    AccessError,
    ConfigurationError,
    EcrKitError,
    EndpointUnreachableError,
    MissingCredentialsError,
)
from ecrkit.models import OPERATIONS, DescribeRepositoriesRequest, GetAuthorizationTokenRequest, Request
from ecrkit.models._operations import BOTOCORE_VERSION
from ecrkit.resources.registry import Registry
from ecrkit.transport import BotoTransport


@dataclass(frozen=True, slots=True)
class Check:
    """One check."""

    what: str
    passed: bool
    said: str
    """How it is; where it did not pass, what is wrong and what to do. Holds no secret."""

    def __str__(self) -> str:
        return f"{'ok  ' if self.passed else 'FAIL'}  {self.what}: {self.said}"


def examine(connect: Callable[[], Registry]) -> Iterator[Check]:
    """Run the checks in order, and stop at a failure that prevents further ones.

    Args:
        connect: Makes the registry, which may fail: that is what one wants to know.
    """
    try:
        registry = connect()
    except ConfigurationError as error:
        yield Check("configuration", passed=False, said=str(error))
        return
    transport = registry.client.transport
    yield Check("region", passed=True, said=registry.region_name)
    if isinstance(transport, BotoTransport):
        yield _known_operations(transport)
        yield Check("endpoint", passed=True, said=transport.endpoint_url)
    yield from _requests(registry)


def _known_operations(transport: BotoTransport) -> Check:
    missing = sorted(set(OPERATIONS) - transport.operations)
    installed = f"botocore {version('botocore')}"
    if not missing:
        return Check("boto3", passed=True, said=f"{installed} knows all {len(OPERATIONS)} operations")
    advice = f"pip install --upgrade 'boto3>={BOTOCORE_VERSION}'"
    return Check("boto3", passed=False, said=f"{installed} does not know {', '.join(missing)}; {advice}")


_ASKED: tuple[tuple[str, Request[Any]], ...] = (
    ("ecr:GetAuthorizationToken", GetAuthorizationTokenRequest()),
    ("ecr:DescribeRepositories", DescribeRepositoriesRequest(max_results=1)),
)


def _requests(registry: Registry) -> Iterator[Check]:
    recognised = False
    for action, request in _ASKED:
        allowed = Check(action, passed=True, said="allowed")
        try:
            registry.client.send(request)
        except MissingCredentialsError as error:
            yield Check("credentials", passed=False, said=str(error))
            return
        except EndpointUnreachableError as error:
            yield Check("network", passed=False, said=str(error))
            return
        except AccessDeniedError as error:
            allowed = Check(action, passed=False, said=str(error))
        except AccessError as error:
            yield Check("credentials", passed=False, said=str(error))
            return
        except EcrKitError as error:
            yield Check(action, passed=False, said=str(error))
            return
        if not recognised:
            yield Check("credentials", passed=True, said="found, and accepted by ECR")
            recognised = True
        yield allowed
