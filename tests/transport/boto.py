"""Clients as boto3 makes them, for tests that look at what goes through botocore."""

from typing import Any, cast

import boto3
from botocore.config import Config

from ecrkit import Client
from ecrkit.transport import BotoTransport

BotoClient = Any  # boto3 ships no types


def make_client(url: str, *, attempts: int = 1, mode: str = "standard", **settings: Any) -> BotoClient:
    """Make a client that tries this often, and waits for nothing in between."""
    make = cast("Any", boto3).Session().client
    config = Config(retries={"total_max_attempts": attempts, "mode": mode}, **settings)
    return make("ecr", region_name="us-east-1", endpoint_url=url, config=config)


def retry_at_once(client: BotoClient, attempts: int) -> None:
    """Let a client try again after no time, as often as this."""

    def decide(attempts: int, response: Any, **_: object) -> float | None:
        failed = response is None or response[0].status_code >= 500
        return 0.0 if failed and attempts < most else None

    most = attempts
    client.meta.events.register_first("needs-retry.ecr", decide, unique_id="test-retries")


def ours(client: BotoClient) -> Client:
    return Client(BotoTransport(client))
