"""Base classes of all models: shapes, responses, and requests with their response type."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from typing_extensions import TypeVar

from ecrkit.errors import InvalidFieldsError
from ecrkit.models._limits import misspelt, problems
from ecrkit.tables import Displayed, Table, card

ResponseT = TypeVar(  # noqa: PLC0105 -- its name stands in hover texts
    "ResponseT", bound="Response", default="Response", covariant=True
)
PageT = TypeVar(  # noqa: PLC0105 -- its name stands in hover texts
    "PageT", bound="PagedResponse", default="PagedResponse", covariant=True
)


class Shape(Displayed, BaseModel, frozen=True):
    """A structure of the service. Members that AWS added after this release are kept in `model_extra`."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        extra="allow",
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
        loc_by_alias=False,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )

    def __repr_args__(self) -> Any:
        # Most members of most responses are absent and not shown. Members AWS added may be secret.
        shown = self.model_fields_set & type(self).model_fields.keys()
        return [
            (name, value) for name, value in super().__repr_args__() if name in shown and value is not None
        ]

    def __table_row__(self) -> Mapping[str, object]:
        return {name.replace("_", " "): value for name, value in self.__repr_args__()}

    def __table__(self) -> Table:
        return card(self.__table_row__())

    def __record__(self) -> Mapping[str, object]:
        return {name: getattr(self, name) for name in type(self).model_fields}


class ResponseMetadata(Protocol):
    """HTTP metadata of a response."""

    @property
    def request_id(self) -> str | None:
        """The id of the request, for AWS Support."""
        ...

    @property
    def http_status(self) -> int:
        """HTTP status of the response."""
        ...

    @property
    def http_headers(self) -> Mapping[str, str]:
        """The headers of the response."""
        ...

    @property
    def attempts(self) -> int:
        """Number of requests sent until this response arrived."""
        ...


class Response(Shape, frozen=True):
    """Response of ECR to an operation."""

    __slots__ = ("_metadata",)  # neither compared, nor shown, nor serialized

    @property
    def response_metadata(self) -> ResponseMetadata | None:
        """Request id, HTTP status, headers and attempts; absent from responses that did not come over HTTP."""
        return getattr(self, "_metadata", None)

    def attach_metadata(self, metadata: ResponseMetadata) -> None:
        """Attach HTTP metadata; called once, by the client that received the response."""
        object.__setattr__(self, "_metadata", metadata)


class Request(Shape, Generic[ResponseT], frozen=True):
    """A request to ECR, validated on creation: a field the service would refuse raises `InvalidFieldsError`."""

    operation: ClassVar[str]
    """The name of the operation, for example `DescribeImages`."""

    response_type: ClassVar[type[Response]]
    """The model of the response."""

    if not TYPE_CHECKING:  # so that editors and type checkers see the fields, not this

        def __class_getitem__(cls, _response: Any) -> Any:
            # The parameter is for type checkers. Pydantic would create another class per request.
            return cls

        def __init__(self, /, **fields: object) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                found = [*misspelt(type(self), fields), *map(_sentence, error.errors())]
                raise InvalidFieldsError(type(self).__name__, found) from error
            if found := problems(self):
                raise InvalidFieldsError(type(self).__name__, found)

    def to_wire(self) -> dict[str, object]:
        """Return the parameters under the service's names, without absent ones. `False`, `0` and `""` are kept."""
        return self.model_dump(by_alias=True, exclude_none=True)


class PagedResponse(Response, frozen=True):
    """A page of a response; `next_token` is set if there are more pages."""

    next_token: str | None = None
    """Token for the next page; None on the last one."""


class PagedRequest(Request[PageT], frozen=True):
    """A request with a paginated response."""

    result_keys: ClassVar[tuple[str, ...]]
    """Members of the response that contain the items, as dotted paths."""

    next_token: str | None = None
    """Token from the previous response."""

    max_results: int | None = None
    """Maximum number of items per page."""


def _sentence(error: Any) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    return f"{where.removeprefix('.')}: {error['msg']}"
