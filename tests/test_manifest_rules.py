"""Members of manifests that ECR refuses: one table for the check before a push, the local ECR and the hint."""

from typing import Any

import pytest

from ecrkit import models, oci
from ecrkit.errors import InvalidImageError, InvalidParameterError
from ecrkit.manifest_rules import REFUSED_MEMBERS, refused_members
from ecrkit.oci import ImageManifest, Index
from ecrkit.oci.builders import to_json
from ecrkit.push.checks import check_image
from ecrkit.resources import Repository
from tests.samples import image, join, noise

PLATFORM = {"os": "linux", "architecture": "amd64"}


def changed(place: str) -> ImageManifest | Index:
    """Make a manifest with something in it that ECR refuses."""
    made = image(noise(10))
    if place == "features":
        root = made.roots[0].to_wire() | {"platform": {**PLATFORM, "features": ["sse4"]}}
        return rewritten(oci.build_index(made.roots), manifests=[root])
    descriptor = made.roots[0].to_wire()
    if place == "subject":
        return rewritten(made.root, subject=descriptor)
    del descriptor["platform"]
    extra = {"platform": PLATFORM} if place == "config platform" else {"annotations": {"a": "b"}}
    assert isinstance(made.root, ImageManifest)
    return rewritten(made.root, config=made.root.config.to_wire() | extra)


def rewritten(manifest: ImageManifest | Index, **members: Any) -> ImageManifest | Index:
    return oci.parse_manifest(to_json({**manifest.members(), **members}), manifest.media_type)


PLACES = ["config platform", "config annotations", "subject", "features"]


@pytest.mark.parametrize("place", PLACES)
def test_what_ecr_refuses_is_found_in_each_place(place: str) -> None:
    assert len(list(refused_members(changed(place).members()))) == 1


@pytest.mark.parametrize("place", PLACES)
def test_it_is_refused_before_the_first_byte_with_the_source_and_a_way_around(place: str) -> None:
    with pytest.raises(InvalidImageError, match=r"ECR refuses \(see https://.*unchecked_requests"):
        check_image(changed(place))


@pytest.mark.parametrize("place", PLACES)
def test_unchecked_requests_let_it_through(place: str) -> None:
    with models.unchecked_requests():
        check_image(changed(place))


def test_the_local_ecr_refuses_it_and_the_hint_names_it(repository: Repository) -> None:
    made = image(noise(10))
    repository.push_image(made)

    with pytest.raises(InvalidParameterError, match="Invalid JSON syntax") as refused:
        repository.put_image(changed("config platform"))

    assert all(str(each) in str(refused.value.hint) for each in REFUSED_MEMBERS)


def test_an_ordinary_image_has_nothing_that_ecr_refuses() -> None:
    several = join(image(noise(1)), image(noise(2), platform="linux/arm/v7"))

    assert list(refused_members(several.root.members())) == []
    assert list(refused_members(image(noise(1), subject=several.root.descriptor()).root.members())) == []
