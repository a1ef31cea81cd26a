"""What is shared is sent early."""

from ecrkit.copying.ordering import shared_first
from ecrkit.references import Digest

A, B, C, D = (Digest.of(text) for text in (b"a", b"b", b"c", b"d"))


def test_images_that_have_all_shared_blobs_come_first() -> None:
    blobs = {"1": [A], "2": [B, C], "3": [B], "4": [C, D], "5": [D]}

    assert shared_first(list(blobs), blobs) == ["2", "4", "1", "3", "5"]


def test_without_shared_blobs_the_order_stays() -> None:
    assert shared_first(["1", "2"], {"1": [A], "2": [B]}) == ["1", "2"]


def test_an_image_whose_blobs_are_unknown_is_kept() -> None:
    assert shared_first(["1", "2"], {}) == ["1", "2"]
