"""Authentication, redirects, and what a registry answers that is none."""

import base64
import json
import threading

import pytest
from pydantic import SecretStr

from ecrkit import RetryPolicy
from ecrkit.cancellation import cancel_scope
from ecrkit.errors import (
    AccessDeniedError,
    AccessError,
    AnswerLostError,
    EndpointUnreachableError,
    OperationTimeoutError,
    RefusedRedirectError,
    ThrottlingError,
    UnreadableAnswerError,
    UnsupportedWireError,
)
from ecrkit.oci import build_index
from ecrkit.retrying import sleeping_with
from ecrkit.transfer.oci_registry import Credentials, FixedLogin, OciRepository, RegistryClient
from ecrkit.transport._http import HttpRequest, http_session
from tests.silent_server import silent_server
from tests.stub_server import HANG_UP, Answer, stub_server

LOGIN = FixedLogin(Credentials("me", SecretStr("pa55word")))
BASIC = "Basic " + base64.b64encode(b"me:pa55word").decode()
TAGS = Answer(b'{"tags": ["1"]}')


def repository(url: str, login: FixedLogin | None = None, attempts: int = 3) -> OciRepository:
    client = RegistryClient(url, http_session(), login)
    return OciRepository(client, "team/app", RetryPolicy(attempts=attempts, first_wait=0))


def challenge(realm: str) -> Answer:
    value = f'Bearer realm="{realm}/token",service="registry"'
    return Answer(b"", 401, {"WWW-Authenticate": value})


def token(text: str, **more: object) -> Answer:
    return Answer(json.dumps({"token": text, **more}).encode())


# Authentication


def test_a_token_is_fetched_anonymously_and_used_again() -> None:
    with stub_server(TAGS) as stub:
        stub.answers[:] = [challenge(stub.url), token("t1"), TAGS]
        there = repository(stub.url)

        assert list(there.tags()) == ["1"]
        assert list(there.tags()) == ["1"]

    paths = [each.path for each in stub.asked]
    assert paths[1] == "/token?service=registry&scope=repository%3Ateam%2Fapp%3Apull"
    assert "Authorization" not in stub.asked[1].headers
    assert [each.headers.get("Authorization") for each in stub.asked[2:]] == ["Bearer t1"] * 2


def test_the_token_service_gets_the_password_and_the_registry_does_not() -> None:
    with stub_server(TAGS) as stub:
        stub.answers[:] = [challenge(stub.url), token("t1"), TAGS]

        assert list(repository(stub.url, LOGIN).tags()) == ["1"]

    assert [each.headers.get("Authorization") for each in stub.asked] == [None, BASIC, "Bearer t1"]


def test_a_token_that_has_expired_is_replaced() -> None:
    with stub_server(TAGS) as stub:
        stub.answers[:] = [challenge(stub.url), token("t1"), challenge(stub.url), token("t2"), TAGS]

        assert list(repository(stub.url).tags()) == ["1"]

    assert stub.asked[-1].headers["Authorization"] == "Bearer t2"


def test_a_refresh_token_is_exchanged() -> None:
    login = FixedLogin(Credentials("<token>", SecretStr("r3fresh"), is_refresh_token=True))
    with stub_server(TAGS) as stub:
        stub.answers[:] = [challenge(stub.url), Answer(b'{"access_token": "t1"}'), TAGS]

        assert list(repository(stub.url, login).tags()) == ["1"]

    assert stub.asked[1].method == "POST"
    assert b"grant_type=refresh_token" in stub.asked[1].body
    assert b"refresh_token=r3fresh" in stub.asked[1].body


def test_basic_credentials_follow_a_challenge() -> None:
    with stub_server(Answer(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'}), TAGS) as stub:
        assert list(repository(stub.url, LOGIN).tags()) == ["1"]

    assert [each.headers.get("Authorization") for each in stub.asked] == [None, BASIC]


def test_a_refused_login_is_final_and_its_password_is_in_no_message() -> None:
    with (
        stub_server(Answer(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'})) as stub,
        pytest.raises(AccessError) as caught,
    ):
        list(repository(stub.url, LOGIN).tags())

    assert len(stub.asked) == 2
    assert "pa55word" not in f"{caught.value!r} {caught.value}"


class Rotating:
    """Has another password when the first is refused."""

    def __init__(self) -> None:
        self.passwords = ["old", "new"]

    def credentials(self) -> Credentials:
        return Credentials("me", SecretStr(self.passwords[0]))

    def renew(self, refused: Credentials) -> bool:
        assert refused.password.get_secret_value() == self.passwords.pop(0)
        return True


@pytest.mark.parametrize(
    "refused",
    [
        Answer(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'}),
        Answer(b'{"errors": [{"code": "DENIED", "message": "Your authorization token has expired."}]}', 403),
    ],
    ids=["401", "403"],
)
def test_a_refused_login_is_renewed_once(refused: Answer) -> None:
    with stub_server(refused, TAGS) as stub:
        client = RegistryClient(stub.url, http_session(), Rotating(), eager=True)

        assert list(OciRepository(client, "team/app").tags()) == ["1"]

    assert stub.asked[1].headers["Authorization"] == "Basic " + base64.b64encode(b"me:new").decode()


def test_a_private_repository_says_to_log_in() -> None:
    with stub_server(TAGS) as stub:
        stub.answers[:] = [challenge(stub.url), Answer(b"", 401)]

        with pytest.raises(AccessDeniedError, match="docker login"):
            list(repository(stub.url).tags())


def test_a_token_service_without_a_token_is_unreadable_and_not_quoted() -> None:
    with stub_server(TAGS) as stub:
        stub.answers[:] = [challenge(stub.url), Answer(b'{"tokens": "s3cret"}')]

        with pytest.raises(UnreadableAnswerError) as caught:
            list(repository(stub.url, attempts=1).tags())

    assert "s3cret" not in str(caught.value)


# Redirects


def test_credentials_do_not_follow_a_redirect_to_another_host() -> None:
    with stub_server(Answer(b"blob")) as storage, stub_server(TAGS) as stub:
        elsewhere = f"{storage.url}/blob?signature=s"
        stub.answers[:] = [
            Answer(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'}),
            Answer(b"", 307, {"Location": elsewhere}),
        ]
        there = repository(stub.url, LOGIN)

        with there.open_blob(build_index([]).digest) as download:
            assert download.read(100) == b"blob"

    assert [each.headers.get("Authorization") for each in stub.asked] == [None, BASIC]
    assert "Authorization" not in storage.asked[0].headers


def test_a_range_is_requested_from_the_storage() -> None:
    answer = Answer(b"ob", 206, {"Content-Range": "bytes 2-3/4"})
    with stub_server(answer) as storage, stub_server(TAGS) as stub:
        stub.answers[:] = [Answer(b"", 307, {"Location": storage.url})]

        with repository(stub.url).ranges(build_index([]).digest)(2, 3) as download:
            assert (download.status, download.read(100)) == (206, b"ob")

    assert storage.asked[0].headers["Range"] == "bytes=2-3"


def test_redirects_do_not_go_round_in_circles() -> None:
    with (
        stub_server(Answer(b"", 302, {"Location": "/v2/team/app/tags/list"})) as stub,
        pytest.raises(RefusedRedirectError, match="more than 5 times"),
    ):
        list(repository(stub.url).tags())


def test_what_is_pushed_follows_no_redirect() -> None:
    with (
        stub_server(TAGS) as storage,
        stub_server(Answer(b"", 307, {"Location": storage.url})) as stub,
        pytest.raises(RefusedRedirectError),
    ):
        repository(stub.url).put_manifest(build_index([]), "1")

    assert storage.asked == []


# Other answers


def test_tags_are_read_page_by_page() -> None:
    link = {"Link": '</v2/team/app/tags/list?last=a>; rel="next"'}
    with stub_server(Answer(b'{"tags": ["a"]}', 200, link), Answer(b'{"tags": null}')) as stub:
        assert list(repository(stub.url).tags(page_size=1)) == ["a"]

    assert [each.path for each in stub.asked] == [
        "/v2/team/app/tags/list?n=1",
        "/v2/team/app/tags/list?last=a",
    ]


def test_a_page_that_links_to_itself_ends_the_listing() -> None:
    link = {"Link": '</v2/team/app/tags/list>; rel="next"'}
    with (
        stub_server(Answer(b'{"tags": ["a"]}', 200, link)) as stub,
        pytest.raises(UnreadableAnswerError, match="no further page"),
    ):
        list(repository(stub.url).tags())


def test_a_rate_limit_is_waited_for_as_long_as_the_registry_asks() -> None:
    slept: list[float] = []
    limited = Answer(b'{"errors": [{"code": "TOOMANYREQUESTS"}]}', 429, {"Retry-After": "11"})
    with stub_server(limited, TAGS) as stub, sleeping_with(slept.append):
        assert list(repository(stub.url).tags()) == ["1"]

    assert slept == [11.0]


def test_a_wait_longer_than_the_policy_allows_is_not_begun() -> None:
    limited = Answer(b'{"errors": [{"code": "TOOMANYREQUESTS"}]}', 429, {"Retry-After": "21600"})
    slept: list[float] = []
    with stub_server(limited) as stub, sleeping_with(slept.append), pytest.raises(ThrottlingError):
        list(repository(stub.url).tags())

    assert slept == []


def test_a_lost_response_is_retried() -> None:
    with stub_server(HANG_UP, TAGS) as stub:
        assert list(repository(stub.url).tags()) == ["1"]


def test_a_truncated_response_is_lost() -> None:
    with (
        stub_server(Answer(b'{"tags"', claimed_length=90)) as stub,
        pytest.raises(AnswerLostError, match="ended 83 bytes early"),
    ):
        list(repository(stub.url, attempts=1).tags())


def test_a_web_server_is_no_registry() -> None:
    page = Answer(b"<html>Welcome</html>", 200, {"Content-Type": "text/html"})
    with stub_server(page) as stub, pytest.raises(UnsupportedWireError, match="Welcome"):
        list(repository(stub.url).tags())


def test_an_endless_response_is_refused() -> None:
    with stub_server(Answer(b" " * 2000)) as stub:
        client = RegistryClient(stub.url, http_session())
        with pytest.raises(UnreadableAnswerError, match="more than 1,000 bytes"):
            client.send(HttpRequest("GET", client.url("")), scope="", limit=1000, expected=frozenset({200}))


def test_a_host_that_does_not_answer_is_unreachable() -> None:
    with stub_server(TAGS) as stub:
        pass

    with pytest.raises(EndpointUnreachableError):
        list(repository(stub.url).tags())


def test_a_silent_registry_is_left_at_the_deadline() -> None:
    with silent_server() as silent, pytest.raises(OperationTimeoutError), cancel_scope(timeout=0.2):
        list(repository(silent.url).tags())


def test_connections_are_used_again() -> None:
    threads = threading.active_count()
    with stub_server(TAGS) as stub:
        there = repository(stub.url)
        for _ in range(5):
            list(there.tags())
        assert threading.active_count() <= threads + 2  # the server has a thread for each connection
