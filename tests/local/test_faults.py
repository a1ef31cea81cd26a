"""What goes wrong because a test wants it to."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from ecrkit.errors import InvalidInputError
from ecrkit.local import LocalECR
from ecrkit.local.faults import Effect, Fault, Faults
from tests.local.clients import Client, Repository, answer_of, code_of, digest_of, message_of

DATA = b"0123456789"


@pytest.fixture(autouse=True)
def _no_faults_left(ecr: LocalECR) -> Iterator[None]:  # pyright: ignore[reportUnusedFunction] -- pytest finds it
    ecr.faults.clear()
    ecr.requests.clear()
    yield
    ecr.faults.clear()


def test_a_throttled_request_is_not_carried_out(ecr: LocalECR, repository: Repository) -> None:
    ecr.faults.add("throttle", "InitiateLayerUpload")

    with pytest.raises(ClientError) as refused:
        repository.begin()

    assert code_of(refused.value) == "ThrottlingException"
    assert answer_of(refused.value)["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert repository.begin()


def test_an_error_of_the_server_is_a_500(ecr: LocalECR, repository: Repository) -> None:
    ecr.faults.add("error")

    with pytest.raises(ClientError) as refused:
        repository.begin()

    assert code_of(refused.value) == "ServerException"
    assert answer_of(refused.value)["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_a_test_may_choose_the_refusal(ecr: LocalECR, repository: Repository) -> None:
    ecr.faults.add("refuse", "InitiateLayerUpload", code="KmsException", message="the key is disabled")

    with pytest.raises(ClientError) as refused:
        repository.begin()

    assert (code_of(refused.value), message_of(refused.value)) == ("KmsException", "the key is disabled")


def test_a_dropped_request_was_not_carried_out(ecr: LocalECR, repository: Repository) -> None:
    ecr.faults.add("drop-before", "PutImageTagMutability")

    with pytest.raises(ConnectionClosedError):
        repository.client.put_image_tag_mutability(
            repositoryName=repository.name, imageTagMutability="IMMUTABLE"
        )

    shown = repository.client.describe_repositories(repositoryNames=[repository.name])["repositories"][0]
    assert shown["imageTagMutability"] == "MUTABLE"


def test_a_lost_answer_was_carried_out(ecr: LocalECR, repository: Repository) -> None:
    upload_id = repository.begin()
    ecr.faults.add("drop-after", "UploadLayerPart", nth=2)
    repository.part(upload_id, 0, DATA)
    with pytest.raises(ConnectionClosedError):
        repository.part(upload_id, 10, DATA)

    with pytest.raises(ClientError) as again:
        repository.part(upload_id, 10, DATA)

    assert answer_of(again.value)["lastValidByteReceived"] == 19


def test_a_truncated_answer_breaks_off(ecr: LocalECR, repository: Repository) -> None:
    repository.image("a layer to download")
    url = repository.client.get_download_url_for_layer(
        repositoryName=repository.name, layerDigest=digest_of("a layer to download")
    )["downloadUrl"]
    ecr.faults.add("truncate", "Download")

    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url)

    assert httpx.get(url).content == b"a layer to download"


def test_a_corrupt_answer_has_other_bytes(ecr: LocalECR, repository: Repository) -> None:
    repository.image("a layer to damage")
    url = repository.client.get_download_url_for_layer(
        repositoryName=repository.name, layerDigest=digest_of("a layer to damage")
    )["downloadUrl"]
    ecr.faults.add("corrupt", "Download")

    damaged = httpx.get(url).content

    assert len(damaged) == len(b"a layer to damage")
    assert damaged != b"a layer to damage"


def test_a_delayed_answer_comes(ecr: LocalECR, repository: Repository) -> None:
    ecr.faults.add("delay", seconds=0.01)

    repository.begin()

    assert ecr.requests.of("InitiateLayerUpload")[-1].fault == "delay"


@pytest.mark.parametrize(
    ("nth", "times", "hit"),
    [(1, 1, [1]), (3, 1, [3]), (2, 2, [2, 3]), (3, None, [3, 4, 5])],
)
def test_a_fault_hits_when_it_should(nth: int, times: int | None, hit: list[int]) -> None:
    faults = Faults()
    faults.add("error", "PutImage", nth=nth, times=times)

    seen = [number for number in range(1, 6) if faults.next_for("PutImage") is not None]

    assert seen == hit


def test_other_operations_do_not_count() -> None:
    faults = Faults()
    faults.add("error", "PutImage", nth=2)

    faults.next_for("PutImage")
    faults.next_for("ListImages")

    assert faults.next_for("PutImage") is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("drop",), "There is no effect 'drop' of faults; did you mean 'drop-after'?"),
        (
            ("error", "UploadPart"),
            "There is no operation 'UploadPart' of faults; did you mean 'UploadLayerPart'?",
        ),
        (("error", "putimage"), "did you mean 'PutImage'?"),
        (("error", "PATCH blob"), "did you mean 'PATCH blobs'?"),
        (("error", "POST manifests"), "did you mean"),
        (("error", "?"), "for example 'BatchCheckLayerAvailability' or 'HEAD referrers'"),
        (("error", None, 0), "count from 1"),
        (("error", None, 1, 0), "count from 1"),
        (("delay", None, 1, 1, -1.0), "finite number of seconds"),
        (("refuse", None, 1, 1, 1.0, "Code", "message", 200), "200 is not the HTTP status of an error"),
    ],
)
def test_a_fault_that_would_never_hit_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(message)):
        Faults().add(*arguments)


def test_add_shows_the_parameters_of_a_fault() -> None:
    assert [*inspect.signature(Faults().add).parameters] == [each.name for each in fields(Fault)]


@pytest.mark.parametrize("effect", ["throttle", "error"])
def test_the_registry_wire_says_it_in_its_own_way(ecr: LocalECR, effect: Effect) -> None:
    ecr.faults.add(effect, "GET v2")

    answer = httpx.get(f"{ecr.endpoint_url}/v2/")

    assert answer.status_code == {"throttle": 429, "error": 500}[effect]
    assert answer.json()["errors"]


def test_requests_are_recorded(ecr: LocalECR, repository: Repository) -> None:
    repository.begin()

    last = list(ecr.requests)[-1]

    assert (last.operation, last.method, last.path, last.status) == ("InitiateLayerUpload", "POST", "/", 200)


@pytest.mark.parametrize("effect", ["drop-before", "drop-after"])
def test_a_dropped_request_is_recorded_when_the_client_notices(
    ecr: LocalECR, repository: Repository, effect: Effect
) -> None:
    ecr.faults.add(effect, "InitiateLayerUpload")

    with pytest.raises(ConnectionClosedError):
        repository.begin()

    assert [seen.fault for seen in ecr.requests.of("InitiateLayerUpload")] == [effect]


def test_a_request_is_recorded_before_its_answer_arrives(ecr: LocalECR, client: Client) -> None:
    for _ in range(50):
        ecr.requests.clear()
        client.describe_registry()

        assert [each.status for each in ecr.requests] == [200]
