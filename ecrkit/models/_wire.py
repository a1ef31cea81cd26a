"""ECR's wire formats where they differ from pydantic's.

The JSON form of a model (`model_dump_json(by_alias=True, exclude_none=True)`) is the JSON of the service: times are epoch
seconds, blobs are standard base64.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")
K = TypeVar("K")


def _in_utc(value: datetime) -> datetime:
    # A string without a zone is UTC too: no service knows the caller's.
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")  # pydantic's is URL-safe, which ECR does not accept


@dataclass(frozen=True, slots=True)
class _NullIsEmpty:
    """Parses `null` as an empty collection, because botocore reads it as absent. Does not copy the JSON."""

    empty: type[list[object]] | type[dict[object, object]]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            self._fill, core_schema.nullable_schema(handler(source))
        )

    def _fill(self, value: Any) -> Any:
        return self.empty() if value is None else value


@dataclass(frozen=True, slots=True)
class _InUtc:
    """Converts times to UTC. Times in UTC, as ECR sends them, need no Python call."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        elsewhere = core_schema.no_info_after_validator_function(_in_utc, handler(source))
        return core_schema.union_schema(
            [core_schema.datetime_schema(tz_constraint=0), elsewhere], mode="left_to_right"
        )


Timestamp = Annotated[
    datetime,
    _InUtc(),
    PlainSerializer(datetime.timestamp, return_type=float, when_used="json"),
]
"""A datetime in UTC."""

Blob = Annotated[bytes, PlainSerializer(_in_base64, return_type=str, when_used="json")]
"""Bytes."""

ListOf = Annotated[list[T], _NullIsEmpty(list)]
"""A list in a response: never `None`."""

MapOf = Annotated[dict[K, T], _NullIsEmpty(dict)]
"""A mapping in a response: never `None`."""
