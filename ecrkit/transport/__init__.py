"""The transport: the only package that imports boto3 and botocore.

Botocore does what it is good at: credentials, regions, endpoints, signatures, retries. Calls of ecrkit differ from plain
calls of boto3 in four places, all of them public events of botocore:

- `before-send` sends over connections of our own, which can be broken off from another thread and do not survive a fork;
- `before-parse` spares botocore's parser a success, because pydantic reads the bytes of `response-received` faster, and
  makes errors readable that are not JSON objects;
- `before-call` exchanges the body of a layer part for one that is encoded and hashed already;
- `needs-retry` ends retries that the caller decides on, that were cancelled, or that waiting cannot help.

The handlers know the calls of ecrkit by a mark in botocore's context of each call. The owner of an injected client notices
nothing: neither in calls of its own, nor in those that its event handlers make during one of ours.
"""

from typing import TYPE_CHECKING

from ecrkit.transport._boto import MAX_POOL_CONNECTIONS, BotoTransport, connect
from ecrkit.transport._protocol import (
    Answer,
    Download,
    PreparedBody,
    RangedTransport,
    ResponseMetadata,
    Transport,
)

if TYPE_CHECKING:
    from boto3 import Session as Session
    from botocore.config import Config as Config

__all__ = [
    "MAX_POOL_CONNECTIONS",
    "Answer",
    "BotoTransport",
    "Download",
    "PreparedBody",
    "RangedTransport",
    "ResponseMetadata",
    "Transport",
    "connect",
]
