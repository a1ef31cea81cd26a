"""What every model of the service is: a shape, a response, or a request that knows what answers it."""

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
        # Most members of most answers are absent; the reader wants the others. What AWS added may be a secret.
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
    """What HTTP said about a response."""

    @property
    def request_id(self) -> str | None:
        """The id of the request, which AWS support asks for."""
        ...

    @property
    def http_status(self) -> int:
        """The status of the response."""
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
    """What ECR answers to one operation."""

    __slots__ = ("_metadata",)  # neither compared, nor shown, nor serialized

    @property
    def response_metadata(self) -> ResponseMetadata | None:
        """Request id, HTTP status, headers and attempts; absent from responses that did not come over HTTP."""
        return getattr(self, "_metadata", None)

    def attach_metadata(self, metadata: ResponseMetadata) -> None:
        """Attach what HTTP said; called once, by the client that received the response."""
        object.__setattr__(self, "_metadata", metadata)


class Request(Shape, Generic[ResponseT], frozen=True):
    """One request to ECR. Building it checks it: a field that the service would refuse raises `InvalidFieldsError`."""

    operation: ClassVar[str]
    """The name of the operation, for example `DescribeImages`."""

    response_type: ClassVar[type[Response]]
    """The model of what comes back."""

    if not TYPE_CHECKING:  # so that editors and type checkers see the fields, not this

        def __class_getitem__(cls, _response: Any) -> Any:
            # The parameter is for type checkers. Pydantic would make one more class of each request.
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
        """Give the parameters under the names of the service, without the absent ones. `False`, `0` and `""` stay."""
        return self.model_dump(by_alias=True, exclude_none=True)


class PagedResponse(Response, frozen=True):
    """An answer that may go on: `next_token` is there exactly when it does."""

    next_token: str | None = None
    """What to ask for the next page with; absent on the last one."""


class PagedRequest(Request[PageT], frozen=True):
    """A request whose answer comes in pages."""

    result_keys: ClassVar[tuple[str, ...]]
    """The members of the response that hold the items, as dotted paths."""

    next_token: str | None = None
    """Where to go on; from the response before."""

    max_results: int | None = None
    """How many items a page may have at the most."""


def _sentence(error: Any) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    return f"{where.removeprefix('.')}: {error['msg']}"
