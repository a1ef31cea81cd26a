"""What is sent, and in which order."""

from hypothesis import given
from hypothesis import strategies as st

from ecrkit.push.plan import Wanted, plan_layers


def wanted(key: str, digest: str | None, size: int | None = 1) -> Wanted[str]:
    return Wanted(key, digest, size)


def test_what_is_there_is_not_sent() -> None:
    plan = plan_layers([wanted("a", "1"), wanted("b", "2")], available=["2"])

    assert [layer.key for layer in plan.send] == ["a"]
    assert [layer.key for layer in plan.present] == ["b"]


def test_what_is_there_may_be_told_by_an_iterator() -> None:
    plan = plan_layers([wanted("a", "1"), wanted("b", "2")], available=iter(["2", "1"]))

    assert plan.send == []


def test_the_same_digest_is_sent_once() -> None:
    plan = plan_layers([wanted("a", "1"), wanted("b", "1"), wanted("c", "1")], available=[])

    assert [layer.key for layer in plan.send] == ["a"]
    assert plan.same_as == {"b": "a", "c": "a"}


def test_the_largest_comes_first_and_the_unknown_before_it() -> None:
    plan = plan_layers(
        [wanted("small", "1", 1), wanted("large", "2", 9), wanted("stream", None, None)], available=[]
    )

    assert [layer.key for layer in plan.send] == ["stream", "large", "small"]


def test_layers_of_one_size_keep_their_order() -> None:
    plan = plan_layers([wanted(key, key) for key in "abc"], available=[])

    assert [layer.key for layer in plan.send] == ["a", "b", "c"]


def test_streams_of_unknown_digest_are_all_sent() -> None:
    plan = plan_layers([wanted("a", None), wanted("b", None)], available=[])

    assert len(plan.send) == 2


@given(
    digests=st.lists(st.sampled_from([None, "1", "2", "3", "4"]), max_size=12),
    available=st.sets(st.sampled_from(["1", "2", "3"])),
)
def test_every_layer_is_in_one_place_of_the_plan(digests: list[str | None], available: set[str]) -> None:
    layers = [Wanted(number, digest, number) for number, digest in enumerate(digests)]

    plan = plan_layers(layers, available)

    places = [*(each.key for each in plan.send), *(each.key for each in plan.present), *plan.same_as]
    assert sorted(places) == list(range(len(digests)))
