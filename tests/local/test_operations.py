"""The operations as a set."""

import boto3

from ecrkit import models
from ecrkit.local.handlers import ROUTES


def test_every_operation_of_the_service_has_a_handler() -> None:
    assert set(ROUTES) == set(models.OPERATIONS)


def test_the_operations_are_those_that_boto3_knows() -> None:
    client = boto3.Session().client("ecr", region_name="us-east-1")  # pyright: ignore[reportUnknownMemberType]

    assert set(client.meta.service_model.operation_names) <= set(ROUTES)
    client.close()
