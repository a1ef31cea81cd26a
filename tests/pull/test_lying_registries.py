"""What other registries answer is not trusted: nothing wrong becomes an image, and no secret goes to another host."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrkit import Repository, RetryPolicy, oci
from ecrkit.errors import (
    AccessError,
    DigestMismatchError,
    EcrKitError,
    InvalidManifestError,
    RefusedRedirectError,
    ThrottlingError,
)
from tests.lying_registry import LyingRegistry, asked_paths, lying_registry
from tests.samples import MemoryImages, image, join, noise
from tests.stub_server import Answer, stub_server

LAYER = noise(50_000)
IMAGE = image(LAYER)
LAYER_PATH = f"blobs/{next(each for each, raw in IMAGE.blobs.items() if raw == LAYER)}"
TWICE = RetryPolicy(attempts=2)


@pytest.fixture
def liar() -> Iterator[LyingRegistry]:
    with lying_registry({"1": IMAGE}) as registry:
        yield registry


def source_of(liar: LyingRegistry) -> oci.RemoteImage:
    return oci.remote(liar.reference(":1"), username="me", password="top-secret", retry=TWICE)


def images_of(repository: Repository) -> list[str]:
    return [each.digest for each in repository.images()]


def test_an_honest_registry_is_believed(liar: LyingRegistry, repository: Repository) -> None:
    pushed = repository.push_image(source_of(liar), tags="1")

    assert images_of(repository) == [pushed.digest]


@pytest.mark.parametrize(
    "body",
    [noise(50_000, seed=1), LAYER[:-1], b"!" + LAYER, b""],
    ids=["other bytes", "fewer bytes", "more bytes", "no bytes"],
)
def test_a_layer_of_other_bytes_is_not_stored(
    liar: LyingRegistry, repository: Repository, body: bytes
) -> None:
    liar.lie(LAYER_PATH, Answer(body))

    with pytest.raises(EcrKitError):
        repository.push_image(source_of(liar), tags="1", retry=TWICE)

    assert images_of(repository) == []


def test_bytes_after_the_end_of_a_layer_are_not_stored(liar: LyingRegistry, repository: Repository) -> None:
    liar.lie(LAYER_PATH, Answer(LAYER + b"!"))

    repository.push_image(source_of(liar), tags="1")

    [layer] = repository.image("1").layers()
    assert layer.read() == LAYER


def test_a_layer_of_other_bytes_is_not_saved(liar: LyingRegistry, tmp_path: Path) -> None:
    liar.lie(LAYER_PATH, Answer(noise(50_000, seed=1)))

    with pytest.raises(DigestMismatchError):
        oci.write_layout(source_of(liar), tmp_path / "layout")

    assert LAYER_PATH.rpartition(":")[2] not in [each.name for each in tmp_path.rglob("*")]


def test_a_manifest_of_another_digest_is_refused(liar: LyingRegistry, repository: Repository) -> None:
    honest = liar.answer("/v2/app/manifests/1")
    liar.lie("manifests/1", Answer(image(noise(9)).root.raw, headers=honest.headers))

    with pytest.raises(DigestMismatchError):
        repository.push_image(source_of(liar), tags="1")

    assert images_of(repository) == []


def test_a_pinned_image_cannot_be_replaced(liar: LyingRegistry, repository: Repository) -> None:
    digest = IMAGE.root.digest
    other = image(noise(9)).root
    headers = {"Docker-Content-Digest": str(other.digest), "Content-Type": other.media_type}
    liar.lie(f"manifests/{digest}", Answer(other.raw, headers=headers))

    with pytest.raises(DigestMismatchError):
        repository.push_image(oci.remote(liar.reference(f"@{digest}")), tags="1")

    assert images_of(repository) == []


def test_a_child_of_another_digest_is_refused(repository: Repository) -> None:
    child = image(noise(1))
    with lying_registry({"1": join(child, image(noise(2), platform="linux/arm64"))}) as liar:
        liar.lie(f"manifests/{child.root.digest}", Answer(image(noise(3)).root.raw))

        with pytest.raises(DigestMismatchError):
            repository.push_image(source_of(liar), tags="1")

    assert images_of(repository) == []


def test_a_manifest_that_lies_about_a_size_is_refused(repository: Repository) -> None:
    document = json.loads(IMAGE.root.raw)
    document["layers"][0]["size"] += 1
    lying = oci.parse_manifest(json.dumps(document).encode())
    images = MemoryImages({**IMAGE.blobs, lying.digest: lying.raw}, [lying.descriptor()])
    with lying_registry({"1": images}) as liar, pytest.raises(EcrKitError):
        repository.push_image(source_of(liar), tags="1", retry=TWICE)

    assert images_of(repository) == []


def test_no_manifest_is_refused(liar: LyingRegistry, repository: Repository) -> None:
    liar.lie("manifests/1", Answer(b"[1, 2]"))

    with pytest.raises(InvalidManifestError):
        repository.push_image(source_of(liar), tags="1")


def test_a_layer_may_be_elsewhere_but_the_login_stays(liar: LyingRegistry, repository: Repository) -> None:
    challenge = Answer(b"{}", 401, {"WWW-Authenticate": "Basic"})
    liar.lie("manifests/1", challenge, liar.answer("/v2/app/manifests/1"))
    with stub_server(Answer(LAYER)) as storage:
        liar.lie(LAYER_PATH, Answer(b"", 307, {"Location": f"{storage.url}/layer"}))

        repository.push_image(source_of(liar), tags="1")

    assert any("Authorization" in each.headers for each in liar.asked)
    assert storage.asked
    assert not any("Authorization" in each.headers for each in storage.asked)


def test_credentials_in_a_redirect_are_refused(liar: LyingRegistry, repository: Repository) -> None:
    liar.lie(LAYER_PATH, Answer(b"", 307, {"Location": "http://me:pw@127.0.0.1:1/layer"}))

    with pytest.raises(RefusedRedirectError) as caught:
        repository.push_image(source_of(liar), tags="1")

    assert "pw" not in str(caught.value)
    assert images_of(repository) == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_login_is_an_error_without_the_password(
    liar: LyingRegistry, repository: Repository, status: int
) -> None:
    body = json.dumps({"errors": [{"code": "UNAUTHORIZED" if status == 401 else "DENIED"}]}).encode()
    liar.lie("manifests/1", Answer(body, status, {"WWW-Authenticate": "Basic"}))

    with pytest.raises(AccessError) as caught:
        repository.push_image(source_of(liar), tags="1")

    assert "top-secret" not in repr(caught.value)


def test_a_rate_limit_is_waited_out(liar: LyingRegistry, repository: Repository) -> None:
    busy = Answer(b"{}", 429, {"Retry-After": "1"})
    liar.lie("manifests/1", busy, liar.answer("/v2/app/manifests/1"))

    pushed = repository.push_image(source_of(liar), tags="1")

    assert images_of(repository) == [pushed.digest]


def test_a_rate_limit_that_does_not_end_is_an_error(liar: LyingRegistry, repository: Repository) -> None:
    liar.lie("manifests/1", Answer(b"{}", 429))

    with pytest.raises(ThrottlingError):
        repository.push_image(source_of(liar), tags="1")


def test_a_lie_about_one_image_does_not_stop_the_others(repository: Repository) -> None:
    with lying_registry({"1": IMAGE, "2": image(noise(7))}) as liar:
        liar.lie(LAYER_PATH, Answer(noise(50_000, seed=1)))
        source = oci.remote_repository(liar.reference(), retry=TWICE)

        report = repository.sync_from(source, retry=TWICE)

    assert [each.image.tags for each in report.failures] == [("1",)]
    assert [each.image_tag for each in repository.tags()] == ["2"]


def test_only_the_wanted_platform_is_read(repository: Repository) -> None:
    unwanted = image(noise(2), platform="linux/arm64")
    with lying_registry({"1": join(image(noise(1)), unwanted)}) as liar:
        repository.push_image(source_of(liar), tags="1", platforms="linux/amd64")

        assert not [path for path in asked_paths(liar) if unwanted.root.digest in path]


def test_a_page_on_another_host_is_refused(liar: LyingRegistry, repository: Repository) -> None:
    body = json.dumps({"tags": ["1"]}).encode()
    liar.lie("tags/list", Answer(body, headers={"Link": '<http://127.0.0.2:1/v2/x>; rel="next"'}))

    with pytest.raises(RefusedRedirectError):
        repository.sync_from(oci.remote_repository(liar.reference()))


def test_a_tag_that_is_none_is_refused(liar: LyingRegistry, repository: Repository) -> None:
    liar.lie("tags/list", Answer(json.dumps({"tags": ["1", "../../x"]}).encode()))

    with pytest.raises(EcrKitError):
        repository.sync_from(oci.remote_repository(liar.reference()))
