"""Every error can be pickled: it crosses processes with its text and everything that it knows."""

import copy
import inspect
import pickle
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest

from ecrkit import errors
from ecrkit.errors import ApiError, EcrKitError, api_error

MEMBERS = {
    "lastValidByteReceived": 9,
    "uploadId": "u-1",
    "registryId": "123456789012",
    "repositoryName": "team/app",
    "kmsError": "DisabledException",
}

VALUES: dict[str, object] = {
    "cause": api_error("X", "the cause", operation="PutImage", http_status=400, request_id="r-1"),
    "problems": ["first", "second"],
    "http_status": 418,
    "errors": [api_error("X", "one of them", operation="PutImage", http_status=400)],
    "succeeded": 3,
    "needed": 3_000,
    "free": 7,
    "members": MEMBERS,
}
"""What to give a constructor for a parameter of this name; a word for every other."""


def kinds(of: type[EcrKitError] = EcrKitError) -> Iterator[type[EcrKitError]]:
    yield of
    for below in of.__subclasses__():
        yield from kinds(below)


def an_instance(kind: type[EcrKitError]) -> EcrKitError:
    try:
        signature = inspect.signature(kind)
    except ValueError:  # it has the constructor of Exception
        return kind("what happened")
    words: list[object] = []
    named: dict[str, object] = {}
    for name, parameter in signature.parameters.items():
        value = VALUES.get(name, f"some {name}")
        match parameter.kind:
            case inspect.Parameter.VAR_POSITIONAL:
                words.append("what happened")
            case inspect.Parameter.KEYWORD_ONLY:
                named[name] = value
            case inspect.Parameter.VAR_KEYWORD:
                pass
            case _:
                words.append(value)
    make: Any = kind
    made = make(*words, **named)
    assert isinstance(made, EcrKitError)
    return made


def public_attributes(error: EcrKitError) -> dict[str, str]:
    names = [name for name in dir(error) if not name.startswith("_") and hasattr(error, name)]
    return {name: repr(value) for name in names if not callable(value := getattr(error, name))}


def pickled(error: EcrKitError) -> Any:
    return pickle.loads(pickle.dumps(error))


ALL = sorted(set(kinds()), key=lambda kind: kind.__qualname__)


WAYS: list[Callable[[Any], Any]] = [pickled, copy.copy, copy.deepcopy]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("travel", [pickled, copy.copy, copy.deepcopy])
def test_an_error_arrives_with_its_text_and_its_attributes(
    kind: type[EcrKitError], travel: Callable[[Any], Any]
) -> None:
    error = an_instance(kind)
    error.add_note("on its way")

    arrived = travel(error)

    assert type(arrived) is kind
    assert str(arrived) == str(error)
    assert arrived.args == error.args
    assert public_attributes(arrived) == public_attributes(error)
    assert arrived.__notes__ == ["on its way"]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_error_has_the_attributes_that_its_class_declares(kind: type[EcrKitError]) -> None:
    error = an_instance(kind)

    assert [name for name in get_type_hints(kind) if not hasattr(error, name)] == []


def test_every_error_can_be_caught_by_its_public_name() -> None:
    hidden = [kind.__name__ for kind in ALL if not hasattr(errors, kind.__name__)]

    assert hidden == []


def test_every_exception_of_the_service_is_below_a_family() -> None:
    families = {errors.ServerError}  # what `ServerException` is called

    found = set(errors.SERVICE_ERRORS.values()) - families
    homeless = [kind.__name__ for kind in found if kind.__bases__ == (ApiError,)]

    assert homeless == []
