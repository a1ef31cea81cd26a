"""Misspelt keyword arguments: the error suggests the closest name."""

import difflib
import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def suggesting(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make the `TypeError` for an unknown keyword argument suggest the closest known one.

    Python does so itself since 3.13, but does not list the names it knows.
    """
    known = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY} and name != "self"
    ]

    @functools.wraps(function)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        for name in kwargs:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(known)}"
                raise TypeError(f"{function.__name__}() has no parameter {name!r}; {hint}")
        return function(*args, **kwargs)

    return checked
