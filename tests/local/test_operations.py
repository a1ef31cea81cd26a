"""The operations as a set."""

from ecrkit import models
from ecrkit.local.handlers import ROUTES
from tests.local.clients import Client


def test_every_operation_of_the_service_has_a_handler() -> None:
    assert set(ROUTES) == set(models.OPERATIONS)


def test_what_boto3_knows_is_answered(client: Client) -> None:
    assert set(client.meta.service_model.operation_names) <= set(ROUTES)
