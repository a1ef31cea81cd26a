"""The limits of the service model, and validation of requests before they are sent.

Limits are annotations (`Annotated[str, Length(2, 256)]`) that pydantic ignores: a response may exceed a limit that AWS
has raised. Requests are validated, including nested shapes.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from ecrkit.models._enums import OpenEnum


@dataclass(frozen=True, slots=True)
class Length:
    """Limits of the number of characters, bytes or items."""

    at_least: int = 0
    at_most: int | None = None

    def problem(self, value: object) -> str | None:
        """Return what is wrong with the value; None if valid."""
        if not isinstance(value, Sized):
            return None
        length = len(value)
        if length >= self.at_least and (self.at_most is None or length <= self.at_most):
            return None
        return f"has a length of {length}, must have {_span(self.at_least, self.at_most)}"


@dataclass(frozen=True, slots=True)
class Range:
    """Limits of a number."""

    at_least: int | None = None
    at_most: int | None = None

    def problem(self, value: object) -> str | None:
        """Return what is wrong with the value; None if valid."""
        if not isinstance(value, int | float):
            return None
        if (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        ):
            return None
        return f"is {value}, must be {_span(self.at_least, self.at_most)}"


@dataclass(frozen=True)
class Pattern:
    """Pattern that a string must match in full."""

    regex: str

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.regex, re.ASCII)

    def problem(self, value: object) -> str | None:
        """Return what is wrong with the value; None if valid."""
        if not isinstance(value, str) or self._compiled.fullmatch(value):
            return None
        return f"is {_short(value)}, must match {self.regex}"


Limit = Length | Range | Pattern

_checking: ContextVar[bool] = ContextVar("ecrkit_checks_requests", default=True)


@contextmanager
def unchecked_requests() -> Generator[None]:
    """Allow requests that violate this release's service model, in case AWS has changed its limits.

    Inside the block, unknown fields, unknown enum values, lengths, ranges and patterns are left to the service.

    Example:
        >>> with models.unchecked_requests():
        ...     request = models.DescribeImagesRequest(repository_name="A-Name-That-Is-New")
    """
    token = _checking.set(False)
    try:
        yield
    finally:
        _checking.reset(token)


def requests_are_checked() -> bool:
    """Return whether limits are checked: not inside `unchecked_requests()`."""
    return _checking.get()


def problems(request: BaseModel) -> list[str]:
    """List everything in a request that violates the service model; empty inside `unchecked_requests()`."""
    return list(_model_problems(request, "")) if _checking.get() else []


def _model_problems(model: BaseModel, path: str) -> Iterator[str]:
    for unknown in model.model_extra or ():
        yield _unknown_field(type(model), f"{path}{unknown}")
    for name, check in _checks(type(model)).items():
        value = getattr(model, name)
        if value is not None:
            yield from check(value, f"{path}{name}")


def misspelt(model: type[BaseModel], names: Iterable[str]) -> list[str]:
    """List arguments that are not fields of a model, each with the closest field."""
    known = {*model.model_fields, *(to_camel(name) for name in model.model_fields)}
    return [_unknown_field(model, name) for name in names if name not in known] if _checking.get() else []


def _unknown_field(model: type[BaseModel], path: str) -> str:
    close = get_close_matches(path.rpartition(".")[2], model.model_fields, n=1)
    suggestion = f"; did you mean {close[0]}?" if close else ""
    return f"{path} is not a field of {model.__name__}{suggestion} {_WAY_OUT}"


def greatest(model: type[BaseModel], name: str) -> int | None:
    """Return the greatest number that the service model allows in a field; None if it names none."""
    for each in _limits_in(model.model_fields[name].annotation):
        if isinstance(each, Range) and each.at_most is not None:
            return each.at_most
    return None


def _limits_in(annotation: Any) -> Iterator[object]:
    if get_origin(annotation) is Annotated:
        yield from get_args(annotation)[1:]
    else:
        for each in get_args(annotation):
            yield from _limits_in(each)


_SHOWN = 80  # characters of a refused value, enough to recognize it
_WAY_OUT = "(if AWS has added it since, use models.unchecked_requests())"

Check = Callable[[Any, str], Iterator[str]]


@cache
def _checks(model: type[BaseModel]) -> dict[str, Check]:
    """Compile the annotations of a model into one check per field, to avoid introspection per request."""
    compiled: dict[str, Check] = {}
    for name, field in model.model_fields.items():
        limits = tuple(each for each in field.metadata if isinstance(each, Limit))
        if (check := _compile(field.annotation, limits)) is not None:
            compiled[name] = check
    return compiled


def _compile(annotation: Any, limits: tuple[Limit, ...] = ()) -> Check | None:
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return _compile(inner, limits + tuple(each for each in metadata if isinstance(each, Limit)))
    if isinstance(annotation, type) and issubclass(annotation, OpenEnum):
        return _check_enum
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return lambda value, path: _model_problems(value, f"{path}.")
    if get_origin(annotation) is list:
        return _list_check(_compile(get_args(annotation)[0]), limits)
    if get_origin(annotation) is dict or not get_args(annotation):
        return _scalar_check(limits) if limits else None
    optional = [each for each in get_args(annotation) if each is not type(None)]  # X | None
    return _compile(optional[0], limits)


def _scalar_check(limits: tuple[Limit, ...]) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        for limit in limits:
            if said := limit.problem(value):
                yield f"{path} {said}"
                break  # one reason is enough, and no pattern is matched against a string that is too long

    return check


def _list_check(item_check: Check | None, limits: tuple[Limit, ...]) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        yield from _scalar_check(limits)(value, path)
        if item_check is not None:
            for index, item in enumerate(value):
                yield from item_check(item, f"{path}[{index}]")

    return check


def _check_enum(value: OpenEnum, path: str) -> Iterator[str]:
    if not value.is_known:
        known = ", ".join(each.value for each in type(value))
        yield f"{path} is {_short(value)}, must be one of {known} {_WAY_OUT}"


def _span(at_least: int | None, at_most: int | None) -> str:
    if at_least is None:
        return f"at most {at_most}"
    if at_most is None:
        return f"at least {at_least}"
    return f"{at_least} to {at_most}"


def _short(value: str) -> str:
    return repr(str(value)) if len(value) <= _SHOWN else f"{str(value[:_SHOWN])!r}..."
