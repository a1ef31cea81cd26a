"""Hostile input, wrong signatures, and crashes under load."""

import json
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_origin
from urllib.parse import quote

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from ecrkit import models
from ecrkit.local import AccessKey, LocalECR, LocalECRProcess, Settings
from tests.local.clients import Client, Repository, code_of, digest_of, make_client
from tests.local.test_wire import SIGNED

KEY = AccessKey(access_key_id="AKIAEXAMPLE", secret_access_key="right", account="424242424242")
TEMPORARY = AccessKey(
    access_key_id="ASIAEXAMPLE",
    secret_access_key="right",
    session_token="token",
    expires_at=time.time() + 3600,
)


SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def signing_client(ecr: LocalECR, key: str, secret: str, token: str | None = None) -> Client:
    make = cast("Any", boto3.Session().client)  # pyright: ignore[reportUnknownMemberType] -- no types
    return make(
        "ecr",
        region_name="us-east-1",
        endpoint_url=ecr.endpoint_url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def strict() -> Iterator[LocalECR]:
    with LocalECR(keys=[KEY, TEMPORARY]) as server:
        yield server


def test_a_right_signature_gets_in_as_the_owner_of_its_key(strict: LocalECR) -> None:
    client = signing_client(strict, "AKIAEXAMPLE", "right")

    assert client.describe_registry()["registryId"] == "424242424242"
    client.close()


@pytest.mark.parametrize(
    ("key", "secret", "token", "code"),
    [
        ("AKIAEXAMPLE", "wrong", None, "InvalidSignatureException"),
        ("AKIAOTHER", "right", None, "UnrecognizedClientException"),
        ("AKIAEXAMPLE", "right", "a token it has not", "UnrecognizedClientException"),
        ("ASIAEXAMPLE", "right", None, "UnrecognizedClientException"),
    ],
)
def test_a_wrong_signature_stays_out(
    strict: LocalECR, key: str, secret: str, token: str | None, code: str
) -> None:
    client = signing_client(strict, key, secret, token)

    with pytest.raises(ClientError) as refused:
        client.describe_registry()

    assert code_of(refused.value) == code
    client.close()


def test_temporary_credentials_expire(strict: LocalECR) -> None:
    client = signing_client(strict, "ASIAEXAMPLE", "right", "token")
    before = client.describe_registry()

    strict.clock.advance(2 * 3600)

    with pytest.raises(ClientError) as refused:
        client.describe_registry()
    assert before["registryId"]
    assert code_of(refused.value) == "ExpiredTokenException"
    client.close()


def test_a_body_that_was_changed_on_the_way_stays_out(strict: LocalECR) -> None:
    answer = httpx.post(
        strict.endpoint_url,
        content=b"{}",
        headers={**SIGNED, "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.DescribeRegistry"},
    )

    assert answer.status_code == 400


def test_the_page_is_off_where_signatures_are_asked_for(strict: LocalECR) -> None:
    assert httpx.get(strict.endpoint_url).status_code == 403


def test_secrets_are_in_no_repr() -> None:
    assert "right" not in repr(KEY)
    assert "token'" not in repr(TEMPORARY)


def test_a_file_of_keys_is_read_as_the_cli_has_it(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = secret\n")

    with LocalECRProcess(options=("--require-auth", str(file))) as ecr:
        right = httpx.post(ecr.endpoint_url, content=b"{}", headers=SIGNED)

    assert right.status_code == 400


texts = st.text(max_size=20) | st.sampled_from(
    [
        "fuzz/repo",
        "sha256:" + "0" * 64,
        "../../etc/passwd",
        "\0",
        "%00",
        "a" * 400,
        "ROOT",
        "ANY",
        "BASIC",
        "",
        "1",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def members_of(operation: str) -> st.SearchStrategy[dict[str, Any]]:
    """Members with the right names, and values that may or may not be of the right kind."""
    fields = models.OPERATIONS[operation].model_fields
    named: dict[str, st.SearchStrategy[Any]] = {
        info.alias or name: shaped(info.annotation) for name, info in fields.items()
    }
    return st.fixed_dictionaries({}, optional=named)


def shaped(annotation: Any) -> st.SearchStrategy[Any]:
    inner: tuple[Any, ...] = getattr(annotation, "__args__", ())
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        own = {
            info.serialization_alias or info.alias or name: shaped(info.annotation)
            for name, info in fields.items()
        }
        return st.fixed_dictionaries({}, optional=own) | values
    if get_origin(annotation) is list:
        return st.lists(shaped(inner[0]), max_size=3) | values
    if inner:
        return shaped(inner[0])
    if isinstance(annotation, type) and issubclass(annotation, models.OpenEnum):
        return st.sampled_from([each.value for each in annotation]) | texts
    if annotation is int:
        return st.integers(-5, 2000) | values
    return texts | values


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[tuple[LocalECR, httpx.Client]]:
    with LocalECR(settings=Settings(part_size=10, min_part_size=5)) as server:
        client = make_client(server)
        Repository.create(client, "fuzz/repo").image(tag="1")
        client.close()
        with httpx.Client(base_url=server.endpoint_url, headers=SIGNED, timeout=20) as http:
            yield server, http


@pytest.mark.parametrize("operation", sorted(models.OPERATIONS))
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
def test_whatever_is_asked_is_answered(
    fuzzed: tuple[LocalECR, httpx.Client], operation: str, data: st.DataObject
) -> None:
    _, http = fuzzed
    members = data.draw(members_of(operation))

    answer = http.post(
        "/",
        content=json.dumps(members).encode(),
        headers={"x-amz-target": f"AmazonEC2ContainerRegistry_V20150921.{operation}"},
    )

    assert answer.status_code in {200, 400}, answer.text


@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"]),
    path=st.lists(
        st.sampled_from(
            ("v2", "manifests", "blobs", "uploads", "tags", "list", "referrers", "layers", "..", "")
        )
        | st.sampled_from(("_local", "faults", "findings", "clock", "seed"))
        | st.text(min_size=1, max_size=8),
        max_size=6,
    ),
    body=st.binary(max_size=40),
    query=st.dictionaries(
        st.sampled_from(["n", "last", "digest", "mount", "from", "X-Expires"]), texts, max_size=3
    ),
)
@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
def test_whatever_path_is_asked_is_answered(
    open_server: httpx.Client, method: str, path: list[str], body: bytes, query: dict[str, str]
) -> None:

    # An absolute URL, as httpx takes a path with two slashes for a host.
    url = f"http://{open_server.base_url.netloc.decode()}/" + "/".join(quote(part, safe="") for part in path)

    answer = open_server.request(method, url, content=body, params=query)

    assert answer.status_code < 500


@pytest.fixture(scope="module")
def open_server() -> Iterator[httpx.Client]:
    with (
        LocalECR(settings=Settings(anonymous=True)) as server,
        httpx.Client(base_url=server.endpoint_url, timeout=20) as http,
    ):
        client = make_client(server)
        Repository.create(client, "fuzz/repo").image(tag="1")
        client.close()
        yield http


@pytest.mark.parametrize(
    "name", ["../outside", "..%2Foutside", "sha256-../../etc/passwd", "sha256-" + "0" * 64]
)
def test_a_download_without_signature_names_no_file(open_server: httpx.Client, name: str) -> None:
    assert open_server.get(f"/layers/{name}").status_code in {403, 404}


def test_a_pattern_of_the_model_cannot_be_made_to_take_forever(fuzzed: tuple[LocalECR, httpx.Client]) -> None:
    _, http = fuzzed
    rule = {
        "scanFrequency": "SCAN_ON_PUSH",
        "repositoryFilters": [{"filter": "a" * 200 + "!", "filterType": "WILDCARD"}],
    }

    answer = http.post(
        "/",
        content=json.dumps({"rules": [rule]}).encode(),
        headers={"x-amz-target": "AmazonEC2ContainerRegistry_V20150921.PutRegistryScanningConfiguration"},
    )

    assert answer.json()["__type"] == "InvalidParameterException"


class Pusher(threading.Thread):
    """Pushes images until the server is gone, and remembers what was acknowledged."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__()
        self._url = url
        self._number = number
        self.acknowledged: dict[str, str] = {}

    def run(self) -> None:
        client = make_client(self._url)
        repository = Repository(client, "under/load")
        try:
            for n in range(10_000):
                tag = f"t{self._number}-{n}"
                content = f"layer {tag} " * 200
                self.acknowledged[tag] = repository.image(content, tag=tag)
        except (BotoCoreError, ClientError):
            pass  # that is the end: the server was killed in the middle of something
        finally:
            client.close()


@pytest.mark.parametrize("round_number", [1, 2])
def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path: Path, round_number: int) -> None:
    with LocalECRProcess(tmp_path) as server:
        client = make_client(server.endpoint_url)
        Repository.create(client, "under/load").layer(b"{}")
        client.close()
        pushers = [Pusher(server.endpoint_url, n) for n in range(3)]
        for pusher in pushers:
            pusher.start()
        time.sleep(random.uniform(0.5, 1.5) * round_number)
        server.kill()
        for pusher in pushers:
            pusher.join()
    acknowledged = {tag: manifest for pusher in pushers for tag, manifest in pusher.acknowledged.items()}

    with LocalECR(tmp_path) as again:
        client = make_client(again)
        repository = Repository(client, "under/load")
        found = {tag: repository.get({"imageTag": tag})["images"][0]["imageManifest"] for tag in acknowledged}
        layers = [f"layer {tag} " * 200 for tag in acknowledged]
        downloaded = [
            httpx.get(
                client.get_download_url_for_layer(repositoryName="under/load", layerDigest=digest_of(layer))[
                    "downloadUrl"
                ]
            ).text
            for layer in layers[-20:]
        ]
        available = [repository.availability(digest_of(layer)) for layer in layers]
        client.close()

    assert acknowledged
    assert found == acknowledged
    assert set(available) == {"AVAILABLE"}
    assert downloaded == layers[-20:]
