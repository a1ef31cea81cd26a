"""One request, and what of it says who asked."""

import re

from ecrkit import Registry, models
from tests.stub_server import Asked


def ask(registry: Registry) -> None:
    """Send one request; it takes any answer that lists no repositories."""
    registry.client.send(models.DescribeRepositoriesRequest())


def signer(asked: Asked) -> tuple[str, str]:
    """Give the access key and the region that a request was signed with."""
    found = re.search(r"Credential=([^/]+)/\d{8}/([^/]+)/", asked.headers["Authorization"])
    assert found is not None
    return found[1], found[2]
