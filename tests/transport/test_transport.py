"""The transport over a real client of boto3, against a server that answers what it is told to."""

import json
import socket
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from ecrkit import Registry, models
from ecrkit.errors import (
    AccessDeniedError,
    AnswerLostError,
    ApiError,
    ConfigurationError,
    EndpointUnreachableError,
    ExpiredTokenError,
    InvalidEndpointError,
    InvalidLayerPartError,
    LimitExceededError,
    MissingCredentialsError,
    MissingRegionError,
    RepositoryNotFoundError,
    ServerError,
    ThrottlingError,
    UnreadableAnswerError,
    UnsupportedOperationError,
)
from ecrkit.testing import no_waiting
from ecrkit.transport import BotoTransport, connect
from tests.contracts.house import PROJECT
from tests.stub_server import HANG_UP, Answer, Stub, error, stub_server
from tests.transport.boto import BotoClient, make_client, ours, retry_at_once

ASK = models.DescribeRepositoriesRequest()
REPOSITORY = (
    b'{"repositories": [{"repositoryName": "team/app", "repositoryArn": "arn", "registryId": "1",'
    b' "createdAt": 1700000000.5, "somethingNew": {"a": 1}}]}'
)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server() as server:
        yield server


@pytest.fixture
def client(stub: Stub) -> Iterator[BotoClient]:
    made = make_client(stub.url)
    yield made
    made.close()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


# What comes back


def test_the_raw_answer_reaches_the_models(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(REPOSITORY))

    [repository] = ours(client).send(ASK).repositories

    assert repository.repository_name == "team/app"
    assert repository.model_extra == {"somethingNew": {"a": 1}}


def test_the_transport_gives_the_bytes_as_they_came(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(b'{"x":   1}'))

    assert BotoTransport(client).call("DescribeRepositories", {}) == b'{"x":   1}'


def test_the_request_is_signed_and_names_its_operation(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(b'{"repositories": []}'))

    ours(client).send(models.DescribeRepositoriesRequest(repository_names=["team/app"]))

    [asked] = stub.asked
    assert asked.headers["X-Amz-Target"].endswith(".DescribeRepositories")
    assert asked.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=local/")
    assert asked.body == b'{"repositoryNames": ["team/app"]}'


def test_a_success_that_was_cut_short_is_asked_for_again(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(REPOSITORY[:40]), Answer(REPOSITORY))

    with no_waiting():
        answer = ours(client).send(ASK)

    assert len(answer.repositories) == 1
    assert len(stub.asked) == 2


def test_a_success_that_is_html_is_unreadable(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(b"<html>Sign in to the hotel's network</html>"))

    with no_waiting(), pytest.raises(UnreadableAnswerError, match="DescribeRepositories"):
        ours(client).send(ASK)


def test_an_error_is_typed_and_says_everything_about_itself(stub: Stub, client: BotoClient) -> None:
    stub.answer(error("RepositoryNotFoundException", "The repository is not there", request_id="abc-1"))

    with pytest.raises(RepositoryNotFoundError) as raised:
        ours(client).send(ASK)

    found = raised.value
    assert (found.code, found.operation) == ("RepositoryNotFoundException", "DescribeRepositories")
    assert (found.request_id, found.http_status) == ("abc-1", 400)
    assert found.message == "The repository is not there"


def test_the_members_of_an_error_are_attributes(stub: Stub, client: BotoClient) -> None:
    body = b'{"__type": "InvalidLayerPartException", "message": "m", "lastValidByteReceived": 9, "uploadId": "u"}'
    stub.answer(Answer(body, 400))

    with pytest.raises(InvalidLayerPartError) as raised:
        ours(client).send(ASK)

    assert (raised.value.last_valid_byte_received, raised.value.upload_id) == (9, "u")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 400, ThrottlingError),
        ("AccessDeniedException", 400, AccessDeniedError),
        ("ExpiredTokenException", 403, ExpiredTokenError),
        ("com.amazonaws.ecr#RepositoryNotFoundException", 400, RepositoryNotFoundError),
        ("SomethingNewException", 400, ApiError),
        ("ServerException", 500, ServerError),
    ],
)
@pytest.mark.parametrize("retries", [True, False])
def test_each_code_has_its_class_whoever_decides_on_retries(
    stub: Stub,
    client: BotoClient,
    code: str,
    status: int,
    kind: type[ApiError],
    retries: bool,  # noqa: FBT001 -- a column
) -> None:
    stub.answer(error(code, status=status))

    with pytest.raises(ApiError) as raised:
        ours(client).send_once(ASK, retries=retries)

    assert type(raised.value) is kind


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_page_of_html_in_place_of_an_error_is_a_failure_of_the_server(
    stub: Stub, client: BotoClient, status: int
) -> None:
    stub.answer(Answer(b"<html><title>Bad Gateway</title><body>nginx</body></html>", status))

    with pytest.raises(ServerError) as raised:
        ours(client).send(ASK)

    assert raised.value.http_status == status
    assert raised.value.request_id is None
    assert "<html>" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, ApiError), (413, ApiError), (429, ThrottlingError), (302, ApiError)]
)
def test_a_status_without_a_body_is_an_error(
    stub: Stub, client: BotoClient, status: int, kind: type[ApiError]
) -> None:
    stub.answer(Answer(b"", status))

    with pytest.raises(kind) as raised:
        ours(client).send(ASK)

    assert raised.value.http_status == status


def test_a_connection_that_closes_without_an_answer_is_an_answer_lost(stub: Stub, client: BotoClient) -> None:
    stub.answer(HANG_UP)

    with pytest.raises(AnswerLostError, match="DescribeRepositories"):
        ours(client).send(ASK)


def test_an_answer_that_takes_too_long_is_lost() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = make_client(f"http://127.0.0.1:{silent.getsockname()[1]}", read_timeout=0.05)

        with pytest.raises(AnswerLostError):
            ours(client).send(ASK)
        client.close()


# Where it goes, and as whom


def test_a_refused_connection_is_an_endpoint_that_cannot_be_reached() -> None:
    url = f"http://127.0.0.1:{unused_port()}"

    with pytest.raises(EndpointUnreachableError, match=r"127\.0\.0\.1"):
        ours(make_client(url)).send(ASK)


@pytest.mark.parametrize("endpoint", ["127.0.0.1:5005", "nonsense", "http://"])
def test_an_endpoint_that_is_no_url_is_refused_at_once(endpoint: str) -> None:
    with pytest.raises(InvalidEndpointError, match="scheme"):
        Registry(region_name="us-east-1", endpoint_url=endpoint)


def test_a_missing_region_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(MissingRegionError, match="AWS_DEFAULT_REGION"):
        Registry(fresh_session())


def test_an_empty_region_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "")

    with pytest.raises(MissingRegionError, match="AWS_DEFAULT_REGION"):
        Registry(fresh_session())


def test_a_region_that_cannot_be_one_is_a_matter_of_configuration() -> None:
    with pytest.raises(ConfigurationError, match="not a region"):
        Registry(region_name="not a region")


def test_missing_credentials_say_what_to_do(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    registry = Registry(fresh_session(), endpoint_url=stub.url)

    with pytest.raises(MissingCredentialsError, match=r"DescribeRepositories.*AWS_PROFILE"):
        registry.client.send(ASK)

    assert stub.asked == []


def test_credentials_that_are_incomplete_say_so(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(MissingCredentialsError, match="Partial"):
        Registry(fresh_session(), endpoint_url=stub.url).client.send(ASK)


def test_a_profile_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

    with pytest.raises(ConfigurationError, match="nobody"):
        Registry()


def test_the_callers_own_config_is_kept() -> None:
    transport = connect(region_name="us-east-1", config=Config(max_pool_connections=3, read_timeout=7))

    settings = config_of(transport)
    assert (settings.max_pool_connections, settings.read_timeout) == (3, 7)


def test_the_pool_is_as_large_as_the_workers_need() -> None:
    assert config_of(connect(region_name="us-east-1")).max_pool_connections == 64


# An older botocore


def test_an_operation_that_botocore_does_not_know_says_what_to_upgrade(
    stub: Stub, client: BotoClient
) -> None:
    class Meta:
        def __init__(self) -> None:
            self.region_name = "us-east-1"
            self.endpoint_url = stub.url
            self.events = client.meta.events
            self.method_to_api_mapping = {"put_image": "PutImage"}

    class OlderClient:
        meta = Meta()

    with pytest.raises(
        UnsupportedOperationError, match=r"DescribeRepositories.*pip install --upgrade .boto3>="
    ):
        ours(OlderClient()).send(ASK)


def test_a_member_that_botocore_does_not_know_says_what_to_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = json.loads((PROJECT / "codegen/model/service-2.json").read_text("utf-8"))
    del model["shapes"]["DescribeImagesFilter"]["members"]["imageStatus"]
    older = tmp_path / "ecr" / "2015-09-21"
    older.mkdir(parents=True)
    (older / "service-2.json").write_text(json.dumps(model), "utf-8")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))

    with pytest.raises(UnsupportedOperationError, match=r"imageStatus.*pip install --upgrade"):
        Registry(fresh_session()).repository("team/app").image("1").describe()


# Retries


def test_botocore_tries_again_by_itself(stub: Stub, client: BotoClient) -> None:
    retry_at_once(client, 3)
    stub.answer(Answer(b"", 500), HANG_UP, Answer(REPOSITORY))

    answer = ours(client).send(ASK)

    assert len(answer.repositories) == 1
    assert len(stub.asked) == 3


@pytest.mark.parametrize(
    "failure", [Answer(b"", 500), HANG_UP, error("ThrottlingException")], ids=["500", "hang-up", "throttling"]
)
def test_without_retries_a_request_is_sent_exactly_once(
    stub: Stub, client: BotoClient, failure: Answer
) -> None:
    transport = ours(client)
    retry_at_once_below_ours(client)
    stub.answer(failure, Answer(REPOSITORY))

    with pytest.raises((ServerError, AnswerLostError, ThrottlingError)):
        transport.send_once(ASK)

    assert len(stub.asked) == 1


@pytest.mark.parametrize("mode", ["standard", "legacy", "adaptive"])
def test_a_quota_is_never_asked_for_again(stub: Stub, mode: str) -> None:
    client = make_client(stub.url, attempts=5, mode=mode)
    stub.answer(error("LimitExceededException", "too many repositories"))

    with pytest.raises(LimitExceededError):
        ours(client).send(ASK)
    client.close()

    assert len(stub.asked) == 1


# A client that belongs to somebody else


def test_the_callers_own_calls_get_the_dicts_that_they_always_got(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(REPOSITORY))
    before = client.describe_repositories()

    ours(client).send(ASK)
    after = client.describe_repositories()

    for answer in (before, after):
        answer.pop("ResponseMetadata")
    assert after == before
    assert after["repositories"][0]["repositoryName"] == "team/app"


def test_the_callers_own_calls_raise_what_they_always_raised(stub: Stub, client: BotoClient) -> None:
    stub.answer(error("RepositoryNotFoundException"))
    ours(client)

    with pytest.raises(client.exceptions.RepositoryNotFoundException):
        client.describe_repositories()


def test_the_callers_own_calls_are_retried_as_ever(stub: Stub, client: BotoClient) -> None:
    retry_at_once(client, 3)
    ours(client)
    stub.answer(Answer(b"", 500), HANG_UP, Answer(REPOSITORY))

    assert len(client.describe_repositories()["repositories"]) == 1
    assert len(stub.asked) == 3


def test_the_caller_may_use_the_client_while_ours_is_under_way_in_another_thread(
    stub: Stub, client: BotoClient
) -> None:
    stub.answer(Answer(REPOSITORY))
    shared = ours(client)

    def by_hand(_: int) -> str:
        return str(client.describe_repositories()["repositories"][0]["repositoryName"])

    def by_us(_: int) -> str:
        return shared.send(ASK).repositories[0].repository_name

    with ThreadPoolExecutor(8) as pool:
        one, other = pool.map(by_hand, range(40)), pool.map(by_us, range(40))

        assert {*one, *other} == {"team/app"}


def test_two_transports_over_one_client_read_each_answer_once(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(REPOSITORY))
    first, second = ours(client), ours(client)

    assert len(first.send(ASK).repositories) == len(second.send(ASK).repositories) == 1
    events = client.meta.events
    handlers = events._emitter._handlers.prefix_search("before-parse.ecr")
    assert len([each for each in handlers if each.__module__.startswith("ecrkit")]) == 1


def test_clients_are_made_by_eight_threads_at_once() -> None:
    together = threading.Barrier(8)

    def make(_: int) -> str:
        together.wait(10)
        return Registry(endpoint_url="http://127.0.0.1:9").region_name

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make, range(8))) == ["us-east-1"] * 8


def test_an_injected_client_wins_over_everything_else(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(REPOSITORY))

    registry = Registry(client=client, region_name="eu-west-1", endpoint_url="http://127.0.0.1:9")

    assert [repository.name for repository in registry.repositories()] == ["team/app"]
    assert registry.region_name == "us-east-1"


# Secrets


def test_no_repr_shows_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    registry = Registry(fresh_session(), endpoint_url="http://127.0.0.1:9")

    for shown in (registry, registry.client, registry.client.transport, registry.repository("team/app")):
        assert "secret" not in repr(shown)


def test_the_canonical_string_of_a_refused_signature_is_in_no_error_and_no_traceback(
    stub: Stub, client: BotoClient
) -> None:
    said = (
        "The request signature we calculated does not match. "
        "The Canonical String for this request should have been x-amz-security-token:very-secret"
    )
    stub.answer(error("InvalidSignatureException", said, status=403))

    with pytest.raises(ApiError) as raised:
        ours(client).send(ASK)

    assert "very-secret" not in printed(raised.value)
    assert "does not match" in str(raised.value)


def test_urls_that_carry_a_right_are_in_no_repr(stub: Stub, client: BotoClient) -> None:
    stub.answer(
        Answer(b'{"downloadUrl": "https://x/?X-Amz-Signature=very-secret", "layerDigest": "sha256:1"}')
    )

    answer = ours(client).send(
        models.GetDownloadUrlForLayerRequest(repository_name="team/app", layer_digest="sha256:1")
    )

    assert answer.download_url.endswith("very-secret")
    assert "very-secret" not in repr(answer)
    assert "very-secret" not in str(answer)


def test_tokens_are_in_no_repr_and_no_log(
    stub: Stub, client: BotoClient, caplog: pytest.LogCaptureFixture
) -> None:
    stub.answer(
        Answer(
            b'{"authorizationData": [{"authorizationToken": "very-secret",'
            b' "expiresAt": 1700000000, "proxyEndpoint": "https://x"}]}'
        )
    )

    with caplog.at_level("DEBUG"):
        answer = ours(client).send(models.GetAuthorizationTokenRequest())

    assert answer.authorization_data[0].authorization_token == "very-secret"
    assert "very-secret" not in repr(answer)
    assert "very-secret" not in caplog.text


def test_credentials_are_in_no_log(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    stub.answer(Answer(b'{"repositories": []}'))

    with caplog.at_level("DEBUG"):
        Registry(fresh_session(), endpoint_url=stub.url).client.send(ASK)

    assert "very-secret" not in caplog.text


def test_a_download_that_cannot_begin_does_not_show_its_url() -> None:
    transport = BotoTransport(make_client("http://127.0.0.1:9"))
    url = f"http://127.0.0.1:{unused_port()}/layer?X-Amz-Signature=very-secret"

    with pytest.raises(AnswerLostError) as raised, transport.download(url):
        pass

    assert "very-secret" not in printed(raised.value)


def test_a_download_that_breaks_off_is_an_answer_lost_that_does_not_show_its_url(
    stub: Stub, client: BotoClient
) -> None:
    stub.answer(Answer(b"half", claimed_length=8))

    with BotoTransport(client).download(f"{stub.url}/layer?X-Amz-Signature=very-secret") as answer:
        first = answer.read(100)
        with pytest.raises(AnswerLostError, match=r"ended( 4 bytes)? early") as raised:
            answer.read(100)

    assert first == b"half"
    assert "very-secret" not in printed(raised.value)


def test_a_download_brings_no_credentials_along(stub: Stub, client: BotoClient) -> None:
    stub.answer(Answer(b"layer", 206))

    with BotoTransport(client).download(f"{stub.url}/layer?X-Amz-Signature=1", first_byte=5) as answer:
        content = answer.read(100)

    [asked] = stub.asked
    assert (answer.status, content) == (206, b"layer")
    assert asked.headers["Range"] == "bytes=5-"
    assert "Authorization" not in asked.headers


def config_of(transport: BotoTransport) -> Any:
    client: BotoClient = transport._client  # pyright: ignore[reportPrivateUsage] -- nothing public shows it
    return client.meta.config


def printed(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def fresh_session() -> boto3.Session:
    """Make a session that looks at the environment as it is now."""
    return boto3.Session()


def retry_at_once_below_ours(client: BotoClient) -> None:
    """Try again after no time, wherever ecrkit lets botocore decide."""

    def decide(attempts: int, **_: object) -> float | None:
        return 0.0 if attempts < 3 else None

    client.meta.events.register("needs-retry.ecr", decide)
