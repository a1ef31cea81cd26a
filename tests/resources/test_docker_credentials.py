"""What Docker logs in with: fetched seldom, shown never, written without damage."""

import base64
import json
import pickle
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from ecrkit import Registry, models
from ecrkit.docker_config import default_config_path
from ecrkit.errors import (
    AccessDeniedError,
    AnswerLostError,
    DockerConfigError,
    EcrKitError,
    UnreadableAnswerError,
)
from ecrkit.resources.docker_login import CredentialsCache, DockerCredentials
from ecrkit.testing import FakeTransport, service_error

ACCOUNT, OTHER = "111122223333", "444455556666"
HOST = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"
PASSWORD = "secret:with:colons"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def fake() -> FakeTransport:
    return FakeTransport(region_name="eu-west-1")


@pytest.fixture
def registry(fake: FakeTransport) -> Registry:
    return Registry(fake)


def token(
    *, text: str = f"AWS:{PASSWORD}", endpoint: str = f"https://{HOST}"
) -> models.GetAuthorizationTokenResponse:
    data = models.AuthorizationData(
        authorization_token=base64.b64encode(text.encode()).decode(),
        expires_at=datetime.now(UTC) + timedelta(hours=12),
        proxy_endpoint=endpoint,
    )
    return models.GetAuthorizationTokenResponse(authorization_data=[data])


def credentials(host: str = HOST, *, expires_at: datetime = NOON) -> DockerCredentials:
    return DockerCredentials("AWS", SecretStr(PASSWORD), f"https://{host}", expires_at)


# Fetching


def test_the_password_is_what_comes_behind_the_first_colon(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(token())

    found = registry.docker_credentials()

    assert (found.username, found.password.get_secret_value()) == ("AWS", PASSWORD)
    assert (found.endpoint, found.host) == (f"https://{HOST}", HOST)


def test_the_deprecated_registry_ids_are_never_sent(fake: FakeTransport) -> None:
    fake.answers(token())

    Registry(fake, registry_id=ACCOUNT).docker_credentials()

    assert fake.requests[0].to_wire() == {}


def test_the_password_shows_nowhere(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(token())

    found = registry.docker_credentials()

    assert PASSWORD not in f"{found!r} {found} {found.password} {found.password!r}"


def test_credentials_are_fetched_once(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(token())

    assert registry.docker_credentials() is registry.docker_credentials()


@pytest.mark.parametrize(
    "answer",
    [models.GetAuthorizationTokenResponse(), token(text="without a colon")],
    ids=["none", "no colon"],
)
def test_a_token_that_cannot_be_taken_apart_is_an_error_without_the_token(
    fake: FakeTransport, registry: Registry, answer: models.Response
) -> None:
    fake.always(models.GetAuthorizationTokenRequest, lambda _: answer)

    with pytest.raises(UnreadableAnswerError) as failure:
        registry.docker_credentials()

    assert "without a colon" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_the_endpoint_is_that_of_the_registry_though_ecr_names_the_callers_own(fake: FakeTransport) -> None:
    fake.answers(token())

    found = Registry(fake, registry_id=OTHER).docker_credentials()

    assert found.host == f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com"


def test_the_endpoint_of_a_registry_from_a_uri_is_the_host_that_the_uri_names(fake: FakeTransport) -> None:
    fake.answers(token())
    dual_stack = f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws"

    assert Registry.from_uri(dual_stack, fake).docker_credentials().host == dual_stack


def test_a_local_ecr_keeps_its_own_endpoint_for_any_account(fake: FakeTransport) -> None:
    fake.answers(token(endpoint="http://127.0.0.1:5005"))

    assert Registry(fake, registry_id=OTHER).docker_credentials().endpoint == "http://127.0.0.1:5005"


# Keeping


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Source:
    """Gives new credentials each time, or fails."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.fetched = 0
        self.error: EcrKitError | None = None

    def __call__(self) -> DockerCredentials:
        if self.error is not None:
            raise self.error
        self.fetched += 1
        return credentials(expires_at=self.clock() + timedelta(hours=12))


@pytest.mark.parametrize(("hours", "fetched"), [(5.9, 1), (6, 2), (11, 2)])
def test_credentials_are_fetched_anew_when_half_of_their_life_is_over(hours: float, fetched: int) -> None:
    clock = Clock()
    source = Source(clock)
    cache = CredentialsCache(source, now=clock)

    cache.get()
    clock.now += timedelta(hours=hours)
    cache.get()

    assert source.fetched == fetched


@pytest.mark.parametrize("error", [AnswerLostError("no network"), service_error(AccessDeniedError)])
def test_credentials_that_are_still_valid_are_given_where_ecr_cannot_be_asked(error: EcrKitError) -> None:
    clock = Clock()
    source = Source(clock)
    cache = CredentialsCache(source, now=clock)
    kept = cache.get()

    clock.now += timedelta(hours=11)
    source.error = error

    assert cache.get() is kept


def test_expired_credentials_are_not_given(fake: FakeTransport) -> None:
    clock = Clock()
    source = Source(clock)
    cache = CredentialsCache(source, now=clock)
    cache.get()

    clock.now += timedelta(hours=12)
    source.error = AnswerLostError("no network")

    with pytest.raises(AnswerLostError):
        cache.get()


def test_threads_that_come_at_the_same_time_ask_once() -> None:
    clock = Clock()
    source = Source(clock)
    cache = CredentialsCache(source, now=clock)
    together = threading.Barrier(8)

    def get() -> None:
        together.wait()
        cache.get()

    threads = [threading.Thread(target=get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert source.fetched == 1


# Writing


def auth(password: str = PASSWORD) -> dict[str, str]:
    return {"auth": base64.b64encode(f"AWS:{password}".encode()).decode()}


def test_a_new_file_holds_the_login(tmp_path: Path) -> None:
    file = tmp_path / "docker" / "config.json"

    written = credentials().save_to_docker_config(file)

    assert written == file
    assert json.loads(file.read_text()) == {"auths": {HOST: auth()}}


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text("{}")
    file.chmod(0o644)

    credentials().save_to_docker_config(file)

    assert file.stat().st_mode & 0o777 == 0o600


def test_what_else_is_in_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    before = {
        "psFormat": "tablé",
        "auths": {"ghcr.io": {"auth": "eDp5"}, HOST: {"auth": "b2xk", "identitytoken": "old"}},
        "credHelpers": {"public.ecr.aws": "ecr-login"},
    }
    file.write_text(json.dumps(before))

    credentials().save_to_docker_config(file)

    after = json.loads(file.read_text(encoding="utf-8"))
    assert after == before | {"auths": {"ghcr.io": {"auth": "eDp5"}, HOST: auth()}}
    assert list(after) == list(before)


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    credentials().save_to_docker_config(tmp_path / "config.json")

    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]


def test_what_a_link_leads_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    target, link = tmp_path / "dotfiles.json", tmp_path / "config.json"
    target.write_text("{}")
    link.symlink_to(target)

    credentials().save_to_docker_config(link)

    assert link.is_symlink()
    assert HOST in target.read_text()


@pytest.mark.parametrize(
    "content", [b"{broken", b"[]", b'{"auths": []}', b'{"credHelpers": "ecr-login"}', b"\xe9"]
)
def test_a_broken_file_is_refused_and_stays_as_it_was(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(content)

    with pytest.raises(DockerConfigError, match="Nothing was changed"):
        credentials().save_to_docker_config(file)

    assert file.read_bytes() == content


def test_the_error_about_a_broken_file_does_not_hold_what_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"auths": {"ghcr.io": {"auth": "another-secret"}')

    with pytest.raises(DockerConfigError) as failure:
        credentials().save_to_docker_config(file)

    assert b"another-secret" not in pickle.dumps(failure.value)
    assert failure.value.__cause__ is None


@pytest.mark.parametrize(
    ("config", "helper"),
    [
        ({"credHelpers": {HOST: "ecr-login"}}, "docker-credential-ecr-login"),
        ({"credsStore": "osxkeychain"}, "docker-credential-osxkeychain"),
        ({"credsStore": "desktop", "credHelpers": {HOST: "ecr-login"}}, "docker-credential-ecr-login"),
    ],
)
def test_a_file_that_leaves_the_registry_to_a_helper_is_refused(
    tmp_path: Path, config: dict[str, object], helper: str
) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config))

    with pytest.raises(DockerConfigError, match=helper):
        credentials().save_to_docker_config(file)

    assert json.loads(file.read_text()) == config


@pytest.mark.parametrize(
    "config",
    [
        {"credHelpers": {"ghcr.io": "other"}},
        {"credsStore": "desktop", "credHelpers": {HOST: ""}},
        {"credsStore": ""},
    ],
)
def test_a_helper_that_docker_would_not_ask_for_this_registry_is_no_obstacle(
    tmp_path: Path, config: dict[str, object]
) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config))

    credentials().save_to_docker_config(file)

    assert json.loads(file.read_text()) == config | {"auths": {HOST: auth()}}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"DOCKER_CONFIG": "/etc/docker-login"}, lambda: Path("/etc/docker-login/config.json")),
        ({"DOCKER_CONFIG": ""}, lambda: Path.home() / ".docker/config.json"),
        ({}, lambda: Path.home() / ".docker/config.json"),
    ],
)
def test_the_file_is_where_docker_looks(environment: dict[str, str], expected: Callable[[], Path]) -> None:
    assert default_config_path(environment) == expected()
