"""Enums that keep values of tomorrow."""

import copy
import pickle
from typing import Any

import pytest

from ecrkit.models import ImageStatus, OpenEnum, UpstreamRegistry


def test_a_known_value_is_its_member() -> None:
    assert ImageStatus("ACTIVE") is ImageStatus.ACTIVE
    assert ImageStatus.ACTIVE.is_known


def test_an_unknown_value_is_kept() -> None:
    unknown = ImageStatus("FROZEN")

    assert isinstance(unknown, ImageStatus)
    assert unknown == "FROZEN"
    assert unknown.value == "FROZEN"
    assert not unknown.is_known


def test_an_unknown_value_does_not_become_a_member() -> None:
    ImageStatus("FROZEN")

    assert [each.value for each in ImageStatus] == ["ACTIVE", "ARCHIVED", "ACTIVATING"]


@pytest.mark.parametrize("value", [UpstreamRegistry.DOCKER_HUB, UpstreamRegistry("harbor")])
def test_a_value_is_as_good_a_key_as_its_text(value: OpenEnum) -> None:
    assert {value: 1}[value.value] == 1  # type: ignore[index]  # pyright: ignore[reportArgumentType] -- the text equals the member


def test_an_unknown_value_survives_pickling_and_copying() -> None:
    unknown = ImageStatus("FROZEN")

    assert pickle.loads(pickle.dumps(unknown)) == unknown
    assert copy.deepcopy(unknown) == unknown


def test_what_is_no_text_is_no_value() -> None:
    number: Any = 42

    with pytest.raises(ValueError, match="42"):
        ImageStatus(number)
