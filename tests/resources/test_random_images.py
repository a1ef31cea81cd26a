"""Any image goes in, comes out and goes elsewhere without losing a byte."""

import itertools
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ecrkit import Registry, Repository, oci
from tests.samples import MemoryImages, image, join, layout_blobs, noise

PLATFORMS = ("linux/amd64", "linux/arm64", "linux/arm/v7", "windows/amd64")
_names = itertools.count(1)

contents = st.builds(
    noise,
    # Around the size of a part, which the server here wants to have 100,000 bytes, and mostly small.
    st.one_of(st.integers(1, 300), st.sampled_from([99_999, 100_000, 100_001, 200_000, 250_003])),
    st.integers(0, 3),
)
texts = st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=5), max_size=2)


def any_single_image(layers: list[bytes], platform: str, annotations: dict[str, str]) -> MemoryImages:
    return image(*layers, platform=platform, annotations=annotations)


def any_docker_image(layers: list[bytes], platform: str) -> MemoryImages:
    return image(*layers, platform=platform, media_type=oci.media_types.DOCKER_MANIFEST)


def any_index(parts: list[MemoryImages], annotations: dict[str, str]) -> MemoryImages:
    return join(*parts, annotations=annotations)


def indexes(below: st.SearchStrategy[MemoryImages]) -> st.SearchStrategy[MemoryImages]:
    return st.builds(any_index, st.lists(below, min_size=1, max_size=3), texts)


layers = st.lists(contents, min_size=1, max_size=5)
platforms = st.sampled_from(PLATFORMS)
single_images = st.builds(any_single_image, layers, platforms, texts)
docker_images = st.builds(any_docker_image, layers, platforms)
any_images = st.recursive(single_images | docker_images, indexes, max_leaves=6)


def two_repositories(registry: Registry) -> tuple[Repository, Repository]:
    source, target = (f"random/{role}-{next(_names)}" for role in ("source", "target"))
    return registry.create_repository(source), registry.create_repository(target)


@settings(max_examples=15, deadline=None)
@given(any_images)
def test_an_image_is_the_same_after_a_push_a_copy_and_a_pull(
    registry: Registry, source: MemoryImages
) -> None:
    repository, other = two_repositories(registry)
    with tempfile.TemporaryDirectory() as folder:
        repository.push_image(source, tags="1")
        repository.image("1").copy_to(other)

        pulled = other.image("1").pull(Path(folder) / "layout")

        assert layout_blobs(pulled) == source.blobs
        assert other.image("1").total_size() == sum(map(len, source.blobs.values()))


@settings(max_examples=8, deadline=None)
@given(any_images)
def test_an_image_is_the_same_after_it_was_saved_and_pushed_again(
    registry: Registry, source: MemoryImages
) -> None:
    repository, other = two_repositories(registry)
    with tempfile.TemporaryDirectory() as folder:
        pushed = repository.push_image(source)

        again = other.push_image(pushed.save(Path(folder) / "image.tar"))

    assert again.digest == source.root.digest
    assert {each.digest for each in other.images()} == {each.digest for each in repository.images()}
