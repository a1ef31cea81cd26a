"""Typed dispatch from the name of an operation to its handler."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call
from ecrkit.local.validation import validate
from ecrkit.models._base import Request, Response
from ecrkit.models._limits import unchecked_requests

RequestT = TypeVar("RequestT", bound=Request)
ResponseT = TypeVar("ResponseT", bound=Response)

NOT_IMPLEMENTED = 501


@dataclass(frozen=True, slots=True)
class Route(Generic[RequestT, ResponseT]):
    """An operation: the model of its request, and its handler."""

    request_type: type[RequestT]
    handler: Callable[[Call, RequestT], ResponseT]

    @property
    def operation(self) -> str:
        """The name of the operation."""
        return self.request_type.operation

    def run(self, call: Call, members: Mapping[str, object]) -> ResponseT:
        """Validate a request, and run its handler.

        Raises:
            Refusal: ECR would refuse the request.
        """
        checked = validate(self.request_type, members)
        with unchecked_requests():  # already validated, with the service's messages
            request = self.request_type.model_validate(checked)
        return self.handler(call, request)


class Operation(Protocol):
    """A route of any types."""

    @property
    def operation(self) -> str:
        """The name of the operation."""
        ...

    def run(self, call: Call, members: Mapping[str, object]) -> Response:
        """Validate a request, and run its handler."""
        ...


def table(*families: Iterable[Operation]) -> dict[str, Operation]:
    """Collect the routes of all families by operation name."""
    return {route.operation: route for family in families for route in family}


def find_route(routes: Mapping[str, Operation], known: Iterable[str], operation: str) -> Operation:
    """Look up an operation.

    Raises:
        Refusal: It is not an operation of ECR, or is not implemented.
    """
    if operation in routes:
        return routes[operation]
    if operation in known:
        raise Refusal(
            "UnsupportedOperationException",
            f"The local ECR does not implement {operation} yet",
            status=NOT_IMPLEMENTED,
        )
    raise Refusal("UnknownOperationException", "")
