"""Images of any registry as sources."""

import base64
import json
from pathlib import Path

import pytest

from ecrkit import Repository, oci
from ecrkit.errors import (
    AccessError,
    ImageNotFoundError,
    InvalidImageError,
    InvalidInputError,
    InvalidReferenceError,
)
from tests.pull.remotes import password_of, reference_to, remote_image, remote_repository
from tests.samples import image, join, noise


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("python", "docker.io/library/python:latest"),
        ("python:3.12-slim", "docker.io/library/python:3.12-slim"),
        ("index.docker.io/bitnami/redis:7", "docker.io/bitnami/redis:7"),
        (" ghcr.io/org/team/app:1 ", "ghcr.io/org/team/app:1"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        (f"quay.io/org/app@sha256:{'a' * 64}", f"quay.io/org/app@sha256:{'a' * 64}"),
        (f"quay.io/org/app:1@sha256:{'a' * 64}", f"quay.io/org/app@sha256:{'a' * 64}"),
    ],
)
def test_references_are_read_as_docker_does(reference: str, shown: str) -> None:
    assert repr(oci.remote(reference)) == f"RemoteImage('{shown}')"


@pytest.mark.parametrize(
    "reference", ["", "https://ghcr.io/org/app", "ghcr.io/Org/app", "app:", "user:pw@ghcr.io/app"]
)
def test_a_malformed_reference_is_refused(reference: str) -> None:
    with pytest.raises(InvalidReferenceError):
        oci.remote(reference)


@pytest.mark.parametrize("reference", ["python:3.12", f"python@sha256:{'a' * 64}"])
def test_a_repository_has_neither_tag_nor_digest(reference: str) -> None:
    with pytest.raises(InvalidReferenceError, match=r"docker\.io/library/python"):
        oci.remote_repository(reference)


@pytest.mark.parametrize(
    ("reference", "insecure", "is_plain"),
    [
        ("localhost:5000/app", None, True),
        ("127.0.0.1:5000/app", None, True),
        ("localhost:5000/app", False, False),
        ("registry.example.com/app", None, False),
        ("registry.example.com/app", True, True),
    ],
)
def test_plain_http_is_for_this_machine_or_on_request(
    *, reference: str, insecure: bool | None, is_plain: bool
) -> None:
    repository = oci.remote_repository(reference, insecure=insecure)

    assert repository.endpoint.client.base_url.startswith("http://") is is_plain


def test_the_api_of_docker_hub_has_its_own_host() -> None:
    assert oci.remote_repository("python").endpoint.client.base_url == "https://registry-1.docker.io"


def test_a_password_without_a_user_name_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="must be passed together"):
        oci.remote("ghcr.io/org/app", password="secret")


def test_no_repr_shows_the_password() -> None:
    source = oci.remote("ghcr.io/org/app", username="me", password="top-secret")

    assert "top-secret" not in repr(source) + repr(source.repository) + repr(source.repository.endpoint)


def test_an_index_is_pushed_from_another_registry(repository: Repository, other: Repository) -> None:
    pushed = repository.push_image(
        join(image(noise(900)), image(noise(901), platform="linux/arm64")), tags="1"
    )

    copied = other.push_image(remote_image(repository, ":1"), tags="2")

    assert copied.digest == pushed.digest
    assert other.image("2").manifest() == pushed.manifest()
    assert [layer.digest for layer in other.image("2").resolve("linux/arm64").layers()] == [
        layer.digest for layer in pushed.resolve("linux/arm64").layers()
    ]


def test_one_platform_is_pushed_and_the_others_are_not_read(
    repository: Repository, other: Repository
) -> None:
    arm = image(noise(911), platform="linux/arm64")
    repository.push_image(join(image(noise(910)), arm), tags="1")

    copied = other.push_image(remote_image(repository, ":1"), tags="1", platforms="linux/arm64")

    assert copied.digest == arm.roots[0].digest


def test_a_missing_platform_is_refused_with_those_there_are(
    repository: Repository, other: Repository
) -> None:
    repository.push_image(join(image(noise(920)), image(noise(921), platform="linux/arm64")), tags="1")

    with pytest.raises(InvalidImageError, match="linux/arm64"):
        other.push_image(remote_image(repository, ":1"), tags="1", platforms="linux/s390x")

    assert not list(other.images())


def test_referrers_are_pushed_along(repository: Repository, other: Repository) -> None:
    pushed = repository.push_image(image(noise(930)), tags="1")
    attached = pushed.attach(b"{}", artifact_type="application/spdx+json")

    other.push_image(remote_image(repository, ":1"), tags="1", referrers=True)

    assert [each.digest for each in other.image("1").referrers()] == [attached.digest]


def test_a_pinned_image_is_read_by_its_digest(repository: Repository, other: Repository) -> None:
    pinned = repository.push_image(image(noise(940)), tags="1")
    repository.push_image(image(noise(941)), tags="1")

    copied = other.push_image(remote_image(repository, f":1@{pinned.digest}"), tags="1")

    assert copied.digest == pinned.digest


def test_a_remote_image_is_saved_as_a_layout(repository: Repository, tmp_path: Path) -> None:
    pushed = repository.push_image(image(noise(950)), tags="1")

    oci.write_layout(remote_image(repository, ":1"), tmp_path / "layout")

    with oci.open_images(tmp_path / "layout") as saved:
        assert saved.roots[0].digest == pushed.digest


def test_creating_a_source_sends_nothing() -> None:
    assert oci.remote("127.0.0.1:1/app:1").reference == "1"


def test_a_missing_image_is_named(repository: Repository, other: Repository) -> None:
    with pytest.raises(ImageNotFoundError) as caught:
        other.push_image(remote_image(repository, ":none"), tags="1")

    assert reference_to(repository) in "".join(caught.value.__notes__)


def test_a_wrong_password_is_refused(repository: Repository, other: Repository) -> None:
    source = oci.remote(reference_to(repository, ":1"), username="AWS", password="wrong-password")

    with pytest.raises(AccessError) as caught:
        other.push_image(source, tags="1")

    assert "wrong-password" not in str(caught.value)


def test_the_login_of_docker_is_used(
    repository: Repository, other: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed = repository.push_image(image(noise(960)), tags="1")
    reference = reference_to(repository, ":1")
    auth = base64.b64encode(f"AWS:{password_of(repository)}".encode()).decode()
    (tmp_path / "config.json").write_text(
        json.dumps({"auths": {reference.partition("/")[0]: {"auth": auth}}})
    )
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    assert other.push_image(oci.remote(reference), tags="1").digest == pushed.digest


def test_tags_are_listed(repository: Repository) -> None:
    repository.push_image(image(noise(970)), tags=["1", "2"])

    assert sorted(remote_repository(repository).tags()) == ["1", "2"]
