"""Waiters for an image: until it exists, is replicated, is signed or can be pulled again."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from ecrkit import models
from ecrkit.client import Client
from ecrkit.waiter import Waiter, begin
from ecrkit.waiter_conditions import (
    ACTIVE_POLLING,
    EXISTS_POLLING,
    REPLICATION_POLLING,
    SIGNING_POLLING,
    image_active,
    image_exists,
    image_replicated,
    image_signed,
)

ResultT = TypeVar("ResultT")


def exists_waiter(
    client: Client,
    request: models.DescribeImagesRequest,
    result: Callable[[models.DescribeImagesResponse], ResultT],
    name: str,
    *,
    repository_may_come: bool,
) -> Waiter[ResultT]:
    """Return a waiter for an image that another process pushes."""
    return Waiter(
        client,
        request,
        condition=partial(image_exists, repository_may_come=repository_may_come),
        result=result,
        subject=name,
        polling=EXISTS_POLLING,
    )


def active_waiter(
    client: Client,
    request: models.DescribeImagesRequest | Callable[[], models.DescribeImagesRequest],
    result: Callable[[models.DescribeImagesResponse], ResultT],
    name: str,
) -> Waiter[ResultT]:
    """Return a waiter for an image that is restored from the archive.

    Args:
        client: Sends the requests.
        request: The request to poll with, or what starts to restore the image now and returns that request.
        result: Makes the result of the wait from the last response.
        name: Name of the image, for messages.
    """
    return Waiter(
        client,
        begin(request) if callable(request) else request,
        condition=image_active,
        result=result,
        subject=f"the restoring of {name}",
        polling=ACTIVE_POLLING,
    )


def replication_waiter(
    client: Client,
    request: models.DescribeImageReplicationStatusRequest,
    name: str,
    destinations: Collection[str | models.ReplicationDestination],
) -> Waiter[list[models.ImageReplicationStatus]]:
    """Return a waiter for the replication of an image to these destinations, or to all that ECR lists."""
    return Waiter(
        client,
        request,
        condition=partial(image_replicated, destinations=destinations),
        result=lambda answer: answer.replication_statuses,
        subject=f"the replication of {name}",
        polling=REPLICATION_POLLING,
    )


def signing_waiter(
    client: Client,
    request: models.DescribeImageSigningStatusRequest,
    name: str,
    profile_arns: Collection[str],
) -> Waiter[list[models.ImageSigningStatus]]:
    """Return a waiter for the signatures of an image by these profiles, or by all that ECR lists."""
    return Waiter(
        client,
        request,
        condition=partial(image_signed, profile_arns=profile_arns),
        result=lambda answer: answer.signing_statuses,
        subject=f"the signature of {name}",
        polling=SIGNING_POLLING,
    )
