"""The way to ECR and back: the one room that knows boto3 and botocore.

Botocore keeps what it is good at: credentials, regions, endpoints, signatures, proxies, retries, connections. What goes
through it differs from a plain boto3 call in three places, all of them events of botocore:

- `before-parse` spares botocore's parser a success, because pydantic reads the bytes of `response-received` faster;
- `before-call` exchanges the body of a layer part for one that is encoded and hashed already;
- `needs-retry` ends retries that the caller asked to decide on, and those of a quota that waiting does not lift.

The handlers know the calls of ecrkit by a mark in botocore's context of each call, so a client that the caller passed in
behaves as ever for the caller's own calls, also for those that its event handlers make while one of ours is under way.
"""

from typing import TYPE_CHECKING

from ecrkit.transport._boto import MAX_POOL_CONNECTIONS, BotoTransport, connect
from ecrkit.transport._protocol import Download, PreparedBody, Transport

if TYPE_CHECKING:
    from boto3 import Session as Session
    from botocore.config import Config as Config

__all__ = ["MAX_POOL_CONNECTIONS", "BotoTransport", "Download", "PreparedBody", "Transport", "connect"]
