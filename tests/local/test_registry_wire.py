"""The registry wire (`/v2/`) as Docker, oras and others see it."""

import base64
import hashlib
from collections.abc import Iterator

import httpx
import pytest

from ecrkit.local import LocalECR, Settings
from tests.local.clients import (
    INDEX,
    MANIFEST,
    Client,
    Repository,
    digest_of,
    index_of,
    make_client,
    manifest_of,
)


def login(client: Client) -> httpx.BasicAuth:
    data = client.get_authorization_token()["authorizationData"][0]
    user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    return httpx.BasicAuth(user, password)


@pytest.fixture
def docker(ecr: LocalECR, client: Client) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=ecr.endpoint_url, auth=login(client), timeout=10) as made:
        yield made


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def push_blob(docker: httpx.Client, name: str, data: bytes) -> httpx.Response:
    started = docker.post(f"/v2/{name}/blobs/uploads/")
    location = started.headers["location"]
    docker.patch(location, content=data)
    return docker.put(location, params={"digest": digest_of(data)})


def test_who_does_not_log_in_is_asked_to(ecr: LocalECR) -> None:
    answer = httpx.get(f"{ecr.endpoint_url}/v2/")

    assert (answer.status_code, answer.text) == (401, "Not Authorized")
    assert answer.headers["www-authenticate"] == (
        f'Basic realm="{ecr.endpoint_url}/",service="ecr.amazonaws.com"'
    )


def test_who_asks_with_head_is_asked_to_log_in_as_well(ecr: LocalECR) -> None:
    """regctl begins with HEAD, and gives up on a 401 without a challenge."""
    answer = httpx.head(f"{ecr.endpoint_url}/v2/team/app/manifests/1")

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


def test_who_logs_in_gets_in(docker: httpx.Client) -> None:
    answer = docker.get("/v2/")

    assert answer.status_code == 200
    assert answer.headers["docker-distribution-api-version"] == "registry/2.0"


@pytest.mark.parametrize("authorization", ["Basic bm9uc2Vuc2U=", "Basic !", "Bearer x", "Basic QVdTOng="])
def test_credentials_of_others_are_refused(ecr: LocalECR, authorization: str) -> None:
    answer = httpx.get(f"{ecr.endpoint_url}/v2/", headers={"authorization": authorization})

    assert answer.status_code == 401


def test_an_expired_token_is_refused_without_a_challenge(ecr: LocalECR, docker: httpx.Client) -> None:
    ecr.clock.advance(13 * 3600)

    answer = docker.get("/v2/")

    assert code(answer) == (403, "DENIED")
    assert "www-authenticate" not in answer.headers


def test_an_image_is_pushed_and_pulled(docker: httpx.Client, repository: Repository) -> None:
    name = repository.name
    manifest = manifest_of([b"a layer"])
    pushed = [push_blob(docker, name, data).status_code for data in (b"a layer", b"{}")]

    put = docker.put(f"/v2/{name}/manifests/1", content=manifest, headers={"content-type": MANIFEST})
    got = docker.get(f"/v2/{name}/manifests/1", headers={"accept": f"{INDEX}, {MANIFEST}"})
    blob = docker.get(f"/v2/{name}/blobs/{digest_of(b'a layer')}")

    assert pushed == [201, 201]
    assert (put.status_code, put.headers["docker-content-digest"]) == (201, digest_of(manifest))
    assert "location" not in put.headers
    assert (got.text, got.headers["content-type"]) == (manifest, MANIFEST)
    assert "docker-content-digest" not in got.headers
    assert blob.status_code == 307
    assert httpx.get(blob.headers["location"]).content == b"a layer"


def test_both_wires_see_the_same_images(docker: httpx.Client, repository: Repository) -> None:
    manifest = repository.image("from boto3", tag="1")

    head = docker.head(f"/v2/{repository.name}/manifests/1", headers={"accept": MANIFEST})

    assert head.headers["docker-content-digest"] == digest_of(manifest)
    assert head.headers["content-length"] == str(len(manifest))


def test_the_same_image_again_is_a_success(docker: httpx.Client, repository: Repository) -> None:
    manifest = repository.image(tag="1")

    again = docker.put(
        f"/v2/{repository.name}/manifests/1", content=manifest, headers={"content-type": MANIFEST}
    )

    assert again.status_code == 201


def test_an_upload_tells_where_to_send_what(docker: httpx.Client, repository: Repository) -> None:
    started = docker.post(f"/v2/{repository.name}/blobs/uploads/")

    assert started.status_code == 202
    assert started.headers["range"] == "0-0"
    assert started.headers["oci-chunk-min-length"] == "5"
    assert started.headers["docker-upload-uuid"] in started.headers["location"]


def test_chunks_are_answered_with_201(docker: httpx.Client, repository: Repository) -> None:
    location = docker.post(f"/v2/{repository.name}/blobs/uploads/").headers["location"]

    first = docker.patch(location, content=b"0123456789", headers={"content-range": "0-9"})
    wrong = docker.patch(location, content=b"x", headers={"content-range": "5-5"})

    assert (first.status_code, first.headers["range"]) == (201, "0-9")
    assert code(wrong) == (416, "BLOB_UPLOAD_INVALID")
    assert wrong.json()["errors"][0]["message"] == "First byte of the layer part is 5 instead of 10"


def test_the_last_chunk_may_come_with_the_end(docker: httpx.Client, repository: Repository) -> None:
    data = b"a layer in one go that is longer than a part"
    location = docker.post(f"/v2/{repository.name}/blobs/uploads/").headers["location"]

    done = docker.put(location, content=data, params={"digest": digest_of(data)})

    assert (done.status_code, done.headers["docker-content-digest"]) == (201, digest_of(data))


def test_a_streamed_body_without_length_is_cut_into_parts(
    docker: httpx.Client, repository: Repository
) -> None:
    data = bytes(range(256)) * 20
    location = docker.post(f"/v2/{repository.name}/blobs/uploads/").headers["location"]

    docker.patch(location, content=(data[n : n + 100] for n in range(0, len(data), 100)))
    done = docker.put(location, params={"digest": f"sha256:{hashlib.sha256(data).hexdigest()}"})

    assert done.status_code == 201


def test_an_empty_layer_is_refused(docker: httpx.Client, repository: Repository) -> None:
    answer = push_blob(docker, repository.name, b"")

    assert code(answer) == (400, "BLOB_UPLOAD_INVALID")


def test_a_wrong_digest_is_refused(docker: httpx.Client, repository: Repository) -> None:
    location = docker.post(f"/v2/{repository.name}/blobs/uploads/").headers["location"]

    answer = docker.put(location, content=b"data", params={"digest": digest_of(b"other")})

    assert code(answer) == (400, "BLOB_UPLOAD_INVALID")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v2/not/there/manifests/1", (404, "NAME_UNKNOWN")),
        ("GET", "/v2/{name}/manifests/none", (404, "MANIFEST_UNKNOWN")),
        ("GET", "/v2/{name}/blobs/sha256:00", (404, "BLOB_UNKNOWN")),
        ("DELETE", "/v2/{name}/blobs/sha256:00", (405, "UNSUPPORTED")),
        ("DELETE", "/v2/{name}/manifests/none", (404, "MANIFEST_UNKNOWN")),
        ("PATCH", "/v2/{name}/blobs/uploads/nonsense", (404, "BLOB_UPLOAD_UNKNOWN")),
        ("PUT", "/v2/{name}/manifests/1", (405, "UNSUPPORTED")),
        ("GET", "/v2/{name}/tags/list?n=1001", (405, "UNSUPPORTED")),
        ("GET", "/v2/{name}/tags/list?last=1", (405, "UNSUPPORTED")),
        ("POST", "/v2/not/there/blobs/uploads/", (404, "NAME_UNKNOWN")),
    ],
)
def test_refusals_have_the_codes_of_the_service(
    docker: httpx.Client, repository: Repository, method: str, path: str, expected: tuple[int, str]
) -> None:
    answer = docker.request(method, path.format(name=repository.name), content=b"{}")

    assert code(answer) == expected


def test_errors_of_head_have_no_body(docker: httpx.Client, repository: Repository) -> None:
    answer = docker.head(f"/v2/{repository.name}/manifests/none")

    assert (answer.status_code, answer.content) == (404, b"")


def test_an_immutable_tag_is_invalid(client: Client, docker: httpx.Client, repository: Repository) -> None:
    client.put_image_tag_mutability(repositoryName=repository.name, imageTagMutability="IMMUTABLE")
    repository.image("old", tag="1")
    new = repository.image("new")

    answer = docker.put(f"/v2/{repository.name}/manifests/1", content=new, headers={"content-type": MANIFEST})

    assert code(answer) == (400, "TAG_INVALID")


def test_tags_are_listed_in_pages(docker: httpx.Client, repository: Repository) -> None:
    manifest = repository.image(tag="a")
    repository.put(manifest, tag="b")

    first = docker.get(f"/v2/{repository.name}/tags/list", params={"n": 1})
    second = docker.get(first.links["next"]["url"])

    assert first.headers["content-type"] == "text/plain; charset=utf-8"
    assert (first.json()["tags"], second.json()["tags"]) == (["a"], ["b"])
    assert "next" not in second.links


def test_the_catalog_names_every_repository(docker: httpx.Client, repository: Repository) -> None:
    assert repository.name in docker.get("/v2/_catalog?n=1000").json()["repositories"]


def test_referrers_are_an_index(docker: httpx.Client, repository: Repository) -> None:
    subject = repository.image("app")
    repository.layer(b"sig")
    signature = manifest_of(
        [b"sig"],
        artifactType="application/vnd.example",
        subject={"mediaType": MANIFEST, "digest": digest_of(subject), "size": len(subject)},
    )
    put = docker.put(
        f"/v2/{repository.name}/manifests/{digest_of(signature)}",
        content=signature,
        headers={"content-type": MANIFEST},
    )

    found = docker.get(f"/v2/{repository.name}/referrers/{digest_of(subject)}")
    other = docker.get(f"/v2/{repository.name}/referrers/{digest_of(subject)}?artifactType=a/b")

    assert put.headers["oci-subject"] == digest_of(subject)
    assert found.headers["content-type"] == INDEX
    assert [each["digest"] for each in found.json()["manifests"]] == [digest_of(signature)]
    assert other.json()["manifests"] == []


def test_a_layer_is_mounted_only_where_the_account_allows_it(
    client: Client, docker: httpx.Client, repository: Repository
) -> None:
    """Only this wire can mount a layer."""
    repository.image("shared", tag="1")
    other = Repository.create(client, f"{repository.name}-mounts")
    digest = digest_of("shared")
    path = f"/v2/{other.name}/blobs/uploads/?mount={digest}&from={repository.name}"

    refused = docker.post(path)
    client.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    mounted = docker.post(path)
    client.put_account_setting(name="BLOB_MOUNTING", value="DISABLED")

    assert (refused.status_code, mounted.status_code) == (202, 201)
    assert other.availability(digest) == "AVAILABLE"


def test_a_cache_brings_an_image_from_another_registry(ecr: LocalECR, client: Client) -> None:

    with LocalECR(settings=Settings(anonymous=True)) as upstream:
        far = make_client(upstream)
        child = Repository.create(far, "library/app").image("far away", tag="1")
        Repository(far, "library/app").put(index_of(child), tag="multi")
        host = upstream.endpoint_url.removeprefix("http://")
        client.create_pull_through_cache_rule(ecrRepositoryPrefix="cache", upstreamRegistryUrl=host)
        valid = client.validate_pull_through_cache_rule(ecrRepositoryPrefix="cache")["isValid"]
        cached = Repository(client, "cache/library/app")
        first = cached.get({"imageTag": "1"}, {"imageTag": "none"})
        index = cached.get({"imageTag": "multi"})
        far.close()

    again = cached.get({"imageTag": "1"})
    url = client.get_download_url_for_layer(repositoryName=cached.name, layerDigest=digest_of("far away"))[
        "downloadUrl"
    ]
    client.delete_pull_through_cache_rule(ecrRepositoryPrefix="cache")

    assert valid is True
    assert [each["imageManifest"] for each in first["images"]] == [child]
    assert [each["failureCode"] for each in first["failures"]] == ["ImageNotFound"]
    assert index["images"][0]["imageManifest"] == index_of(child)
    assert again["images"][0]["imageManifest"] == child
    assert httpx.get(url).content == b"far away"
    assert url.startswith(ecr.endpoint_url)


@pytest.mark.parametrize("digest", ["latest", "sha256:abc", "sha256:" + "G" * 64, "md5:" + "0" * 32])
def test_referrers_of_what_is_no_digest_are_refused(
    docker: httpx.Client, repository: Repository, digest: str
) -> None:
    answer = docker.get(f"/v2/{repository.name}/referrers/{digest}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "DIGEST_INVALID"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("abc", "'abc' is not a number"),
        ("", "'' is not a number"),
        ("1.5", "'1.5' is not a number"),
        ("-1", "Member must have value greater than or equal to 1"),
        ("0", "Member must have value greater than or equal to 1"),
        ("1001", "Member must have value less than or equal to 1000"),
        ("9" * 50, "Member must have value less than or equal to 1000"),
    ],
)
def test_a_page_size_that_is_none_is_refused_with_its_own_reason(
    docker: httpx.Client, repository: Repository, asked: str, reason: str
) -> None:
    answer = docker.get(f"/v2/{repository.name}/tags/list", params={"n": asked})

    assert reason in answer.json()["errors"][0]["message"]
