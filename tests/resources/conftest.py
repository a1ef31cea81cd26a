"""A registry over a transport that answers what a test prepared."""

import pytest

from ecrkit import Registry
from ecrkit.testing import FakeTransport


@pytest.fixture
def fake() -> FakeTransport:
    return FakeTransport(region_name="eu-west-1")


@pytest.fixture
def registry(fake: FakeTransport) -> Registry:
    return Registry(fake)
