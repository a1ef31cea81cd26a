"""Which images go and which stay: pure decisions over a whole repository."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecrkit.inventory.facts import ImageFacts
from ecrkit.inventory.family import Family, generations
from ecrkit.resources.delete_rules import DeleteRules, decide

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def digest_of(name: str) -> str:
    return f"sha256:{name.encode().hex():0>64}"


def facts(
    name: str, *tags: str, days: int = 0, children: str = "", subject: str = "", **more: Any
) -> ImageFacts:
    """Describe an image that is called by one letter and is some days old."""
    return ImageFacts(
        digest=digest_of(name),
        tags=tags,
        pushed_at=NOW - timedelta(days=days),
        children=tuple(digest_of(each) for each in children),
        subject=digest_of(subject) if subject else None,
        **more,
    )


def deleted(*images: ImageFacts, **rules: Any) -> str:
    """Give the letters of what goes."""
    verdicts = decide(images, DeleteRules(**rules))
    return "".join(
        bytes.fromhex(verdict.image.digest[7:]).decode().strip("\0") for verdict in verdicts if verdict.delete
    )


def reasons(*images: ImageFacts, **rules: Any) -> list[str]:
    return [verdict.reason for verdict in decide(images, DeleteRules(**rules))]


def test_untagged_images_go_and_tagged_ones_stay() -> None:
    assert deleted(facts("a"), facts("b", "1"), untagged=True) == "a"


def test_tagged_images_go_and_untagged_ones_stay_the_other_way_round() -> None:
    assert deleted(facts("a"), facts("b", "1"), untagged=False) == "b"


def test_what_an_index_with_a_tag_lists_is_no_rubbish_although_it_is_untagged() -> None:
    images = facts("i", "1", children="ab"), facts("a"), facts("b"), facts("c")

    assert deleted(*images, untagged=True) == "c"


def test_what_only_a_deleted_index_lists_goes_with_it() -> None:
    images = facts("i", children="ab"), facts("a"), facts("b")

    assert deleted(*images, untagged=True) == "iab"


def test_what_a_kept_index_lists_as_well_stays() -> None:
    images = facts("i", children="ab"), facts("k", "1", children="b"), facts("a"), facts("b")

    assert deleted(*images, untagged=True) == "ia"


def test_indexes_within_kept_indexes_stay_with_what_they_list() -> None:
    images = facts("k", "1", children="i"), facts("i", children="a"), facts("a")

    assert deleted(*images, untagged=True) == ""


def test_a_child_with_a_tag_of_its_own_outlives_its_index() -> None:
    images = facts("i", children="ab"), facts("a", "1"), facts("b")

    assert deleted(*images, untagged=True) == "ib"


def test_a_child_whose_own_tag_would_let_it_go_stays_with_its_index() -> None:
    images = facts("i", "v1", children="a"), facts("a", "pr-1")

    assert deleted(*images, tags=("pr-*",)) == ""


def test_signatures_of_kept_images_stay_however_old() -> None:
    images = facts("a", "1"), facts("s", days=99, subject="a"), facts("t", days=99, subject="s")

    assert deleted(*images, untagged=True, pushed_before=NOW - timedelta(days=5)) == ""


def test_signatures_of_deleted_images_go_with_them_however_young() -> None:
    images = facts("a", days=99), facts("s", subject="a"), facts("t", subject="s")

    assert deleted(*images, untagged=True, pushed_before=NOW - timedelta(days=5)) == "ast"


def test_signatures_of_what_a_kept_index_lists_stay() -> None:
    images = facts("i", "1", children="a"), facts("a"), facts("s", subject="a")

    assert deleted(*images, untagged=True) == ""


def test_a_signature_whose_image_is_gone_is_judged_by_itself() -> None:
    assert deleted(facts("s", subject="x"), untagged=True) == "s"


def test_an_index_may_list_what_is_gone() -> None:
    assert deleted(facts("i", children="x"), untagged=True) == "i"


def test_an_image_whose_tag_names_itself_is_judged_by_itself() -> None:
    image = facts("a", digest_of("a").replace(":", "-"))

    assert deleted(image, untagged=False) == "a"


def test_a_signature_that_is_tagged_after_its_image_shares_its_fate() -> None:
    tag = digest_of("a").replace(":", "-") + ".sig"
    kept, gone = facts("a", "1"), facts("a")

    assert deleted(kept, facts("s", tag), untagged=False, keep_tags=("1",)) == ""
    assert deleted(gone, facts("s", tag), untagged=True) == "as"


def test_images_whose_tags_name_each_other_stay() -> None:
    images = (
        facts("a", digest_of("b").replace(":", "-")),
        facts("b", digest_of("a").replace(":", "-")),
    )

    assert deleted(*images) == ""


def test_what_images_list_whose_tags_name_each_other_stays_whatever_else_lists_it() -> None:
    images = (
        facts("a", digest_of("b").replace(":", "-"), children="c"),
        facts("b", digest_of("a").replace(":", "-")),
        facts("c"),
        facts("d", children="c"),
    )

    assert deleted(*images) == "d"


def test_only_what_is_old_goes() -> None:
    images = facts("a", days=10), facts("b", days=1), facts("c", days=5)

    assert deleted(*images, untagged=True, pushed_before=NOW - timedelta(days=5)) == "a"


def test_the_latest_stay_and_what_belongs_to_others_does_not_count() -> None:
    images = (
        facts("a", "1", days=3),
        facts("b", "2", days=2),
        facts("i", "3", days=1, children="c"),
        facts("c"),
        facts("s", subject="i"),
    )

    assert deleted(*images, keep_latest=2) == "a"


def test_the_latest_stay_even_if_they_are_old() -> None:
    images = facts("a", days=30), facts("b", days=20), facts("c", days=10)

    assert deleted(*images, keep_latest=1, pushed_before=NOW - timedelta(days=5)) == "ab"


def test_an_image_goes_only_if_every_tag_of_it_may_go() -> None:
    images = facts("a", "pr-1"), facts("b", "pr-2", "prod"), facts("c")

    assert deleted(*images, tags=("pr-*",)) == "a"


def test_tags_and_digests_to_be_kept_win_over_everything() -> None:
    images = facts("a", "v1"), facts("b", "x"), facts("c", "y")

    assert deleted(*images, keep_tags=("v*",), keep_digests=frozenset({digest_of("c")})) == "b"


def test_archived_images_stay() -> None:
    assert deleted(facts("a", archived=True), untagged=True) == ""


def test_untagged_images_stay_where_an_index_cannot_be_read_that_may_list_them() -> None:
    images = facts("i", archived=True, is_readable=False), facts("a"), facts("b", "1")

    assert deleted(*images) == "b"


def test_what_rules_keep_is_not_put_down_to_an_index_that_cannot_be_read() -> None:
    assert reasons(facts("i", "1", is_readable=False), facts("a"), untagged=False)[1] == "is not tagged"


def test_each_image_comes_with_a_reason() -> None:
    images = (
        facts("a", days=9),
        facts("b", "1"),
        facts("s", subject="b"),
        facts("i", days=8, children="c"),
        facts("c"),
    )

    said = reasons(*images, untagged=True, pushed_before=NOW - timedelta(days=5))

    assert said == [
        "untagged, pushed before 2026-05-27 00:00",
        "is tagged",
        f"refers to {digest_of('b')[:19]}, which is kept",
        "untagged, pushed before 2026-05-27 00:00",
        f"is listed by {digest_of('i')[:19]}, which is deleted",
    ]


def test_indexes_go_before_what_they_list_and_images_before_what_refers_to_them() -> None:
    images = [
        facts("a"),
        facts("i", children="ja"),
        facts("j", children="a"),
        facts("s", subject="i"),
    ]

    order = list(generations(Family(images), [each.digest for each in images]))

    assert order == [[digest_of("i")], [digest_of("j"), digest_of("s")], [digest_of("a")]]


def test_a_reason_names_every_rule_that_let_an_image_go() -> None:
    said = reasons(facts("a", "1", days=3), facts("b", "2"), keep_latest=1)

    assert said == ["tagged, not one of the latest 1", "is one of the latest 1"]


def test_an_index_that_refers_to_what_it_lists_goes_first() -> None:
    images = [facts("a"), facts("i", children="a", subject="a")]

    order = list(generations(Family(images), [each.digest for each in images]))

    assert order == [[digest_of("i")], [digest_of("a")]]


LETTERS = "abcdefgh"


@st.composite
def repositories(draw: st.DrawFn) -> list[ImageFacts]:
    """Draw images that list only earlier ones, and refer to any."""
    images: list[ImageFacts] = []
    for number, name in enumerate(LETTERS):
        below = LETTERS[:number]
        children = draw(st.sets(st.sampled_from(below), max_size=2)) if below else set[str]()
        subject = draw(st.sampled_from(["", *below]))
        tags = draw(st.sets(st.sampled_from(["v1", "pr-1", "x"]), max_size=1))
        days = draw(st.integers(0, 9))
        images.append(facts(name, *tags, days=days, children="".join(sorted(children)), subject=subject))
    return images


RULES = st.builds(
    DeleteRules,
    untagged=st.sampled_from([None, True, False]),
    tags=st.sampled_from([None, ("pr-*",)]),
    pushed_before=st.sampled_from([None, NOW - timedelta(days=4)]),
    keep_latest=st.integers(0, 3),
    keep_tags=st.sampled_from([(), ("v*",)]),
)


@given(repositories(), RULES)
def test_nothing_that_is_kept_ever_loses_what_it_lists_or_what_refers_to_it(
    images: list[ImageFacts], rules: DeleteRules
) -> None:
    kept = {verdict.image.digest: verdict.image for verdict in decide(images, rules) if not verdict.delete}

    lost = {child for image in kept.values() for child in image.children} - kept.keys()
    orphans = {image.digest for image in images if image.subject in kept} - kept.keys()

    assert (lost, orphans) == (set(), set())


@given(repositories(), RULES)
def test_what_is_kept_by_its_tag_is_kept_in_every_case(images: list[ImageFacts], rules: DeleteRules) -> None:
    gone = [verdict.image for verdict in decide(images, rules) if verdict.delete]

    assert not [image for image in gone if "v1" in image.tags and rules.keep_tags]


@given(repositories())
def test_generations_hold_everything_once_and_never_a_child_before_its_index(
    images: list[ImageFacts],
) -> None:
    family = Family(images)

    order = [digest for each in generations(family, family.images) for digest in each]

    places = {digest: place for place, digest in enumerate(order)}
    assert sorted(order) == sorted(family.images)
    assert all(places[image.digest] < places[child] for image in images for child in image.children)
