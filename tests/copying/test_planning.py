"""What is copied and what is skipped, decided from what the target has."""

from collections.abc import Iterable

from ecrkit.copying import ImageToCopy, plan_copies
from ecrkit.push.image import MovedTag
from ecrkit.references import Digest

A, B, C = (Digest.of(text) for text in (b"a", b"b", b"c"))


class Target:
    def __init__(self, tags: dict[str, Digest] | None = None, *images: Digest) -> None:
        self.tags = tags or {}
        self.images = {*images, *self.tags.values()}
        self.asked: list[str] = []

    def tag_digests(self, tags: Iterable[str]) -> dict[str, Digest]:
        return {tag: self.tags[tag] for tag in tags if tag in self.tags}

    def missing_images(self, digests: Iterable[str]) -> Iterable[str]:
        self.asked = list(digests)
        return [each for each in self.asked if each not in self.images]


def test_an_image_that_the_target_lacks_is_copied_with_its_tags() -> None:
    plan = plan_copies([ImageToCopy(A, ("1", "latest"))], Target())

    assert [(each.image.digest, each.tags) for each in plan.copies] == [(A, ("1", "latest"))]


def test_an_image_with_all_its_tags_is_skipped() -> None:
    wanted = ImageToCopy(A, ("1",))

    assert plan_copies([wanted], Target({"1": A})).present == (wanted,)


def test_an_image_that_was_found_by_its_tag_is_not_asked_for_again() -> None:
    target = Target({"1": A})

    plan_copies([ImageToCopy(A, ("1",)), ImageToCopy(B)], target)

    assert target.asked == [B]


def test_only_missing_tags_are_set() -> None:
    [copy] = plan_copies([ImageToCopy(A, ("1", "latest"))], Target({"1": A})).copies

    assert copy.tags == ("latest",)


def test_a_tag_of_another_image_is_moved() -> None:
    [copy] = plan_copies([ImageToCopy(A, ("latest",))], Target({"latest": B}, A)).copies

    assert copy.moved == (MovedTag("latest", B),)


def test_an_image_without_one_of_its_referrers_is_copied_again() -> None:
    plan = plan_copies([ImageToCopy(A, ("1",), referrers=(C,))], Target({"1": A}))

    assert [each.image.digest for each in plan.copies] == [A]


def test_a_tag_goes_to_the_last_image_that_wants_it() -> None:
    plan = plan_copies([ImageToCopy(A, ("1",)), ImageToCopy(B, ("1",))], Target())

    assert [each.tags for each in plan.copies] == [(), ("1",)]
