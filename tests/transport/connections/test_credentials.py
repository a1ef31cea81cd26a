"""Who asks: profiles, roles, processes, SSO, and credentials that change while a layer is on its way."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import boto3
import botocore.session
import pytest
from botocore.credentials import RefreshableCredentials

from ecrkit import LayerEvent, Registry
from ecrkit.errors import EndpointUnreachableError, ExpiredTokenError, MissingCredentialsError
from ecrkit.events import PartSent
from ecrkit.local import AccessKey, LocalECR, Settings
from ecrkit.testing import no_waiting
from tests.stub_server import Answer, Stub, stub_server
from tests.transport.connections.asking import ask, signer

Write = Callable[[str], None]

TWO_PROFILES = """
[default]
region = eu-west-1
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = secret

[profile ci]
region = eu-central-1
aws_access_key_id = AKIACI
aws_secret_access_key = secret
"""
ROLE = """
[profile people]
aws_access_key_id = AKIAPEOPLE
aws_secret_access_key = secret

[profile deploy]
region = eu-west-3
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = people
"""
ROLE_GIVEN = Answer(
    b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>the-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/deploy/x</Arn><AssumedRoleId>x</AssumedRoleId>
</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>""",
    headers={"Content-Type": "text/xml"},
)
ROLE_REFUSED = Answer(
    b"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>User: people is not authorized to perform: sts:AssumeRole</Message></Error>
<RequestId>1</RequestId></ErrorResponse>""",
    403,
    {"Content-Type": "text/xml"},
)


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with stub_server() as server:
        server.answers.clear()
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        yield server


def test_a_session_with_a_profile_signs_with_its_key_in_its_region(stub: Stub, config_file: Write) -> None:
    config_file(TWO_PROFILES)

    ask(Registry(boto3.Session(profile_name="ci"), endpoint_url=stub.url))

    assert signer(stub.asked[0]) == ("AKIACI", "eu-central-1")


def test_the_environment_may_name_the_profile(
    stub: Stub, config_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file(TWO_PROFILES)
    monkeypatch.setenv("AWS_PROFILE", "ci")

    ask(Registry(endpoint_url=stub.url))

    assert signer(stub.asked[0]) == ("AKIACI", "eu-central-1")


def test_without_a_name_the_default_profile_is_taken(stub: Stub, config_file: Write) -> None:
    config_file(TWO_PROFILES)

    ask(Registry(endpoint_url=stub.url))

    assert signer(stub.asked[0]) == ("AKIADEFAULT", "eu-west-1")


def test_a_region_that_is_passed_is_stronger_than_that_of_the_profile(stub: Stub, config_file: Write) -> None:
    config_file(TWO_PROFILES)
    registry = Registry(boto3.Session(profile_name="ci"), region_name="ap-southeast-2", endpoint_url=stub.url)

    ask(registry)

    assert registry.region_name == "ap-southeast-2"
    assert signer(stub.asked[0]) == ("AKIACI", "ap-southeast-2")


def test_keys_may_lie_in_the_file_for_credentials(
    stub: Stub, config_file: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config_file("[profile ci]\nregion = eu-central-1\n")
    (tmp_path / "keys").write_text("[ci]\naws_access_key_id = AKIAFILE\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "keys"))

    ask(Registry(boto3.Session(profile_name="ci"), endpoint_url=stub.url))

    assert signer(stub.asked[0]) == ("AKIAFILE", "eu-central-1")


# Roles


def test_a_profile_with_a_role_signs_with_what_sts_gives(stub: Stub, sts: Stub, config_file: Write) -> None:
    config_file(ROLE)
    sts.answer(ROLE_GIVEN)

    ask(Registry(boto3.Session(profile_name="deploy"), endpoint_url=stub.url))

    assert signer(sts.asked[0])[0] == "AKIAPEOPLE"
    assert b"Action=AssumeRole" in sts.asked[0].body
    assert b"role%2Fdeploy" in sts.asked[0].body
    assert signer(stub.asked[0]) == ("ASIAROLE", "eu-west-3")
    assert stub.asked[0].headers["X-Amz-Security-Token"] == "the-token"


def test_a_role_is_assumed_once_for_many_requests(stub: Stub, sts: Stub, config_file: Write) -> None:
    config_file(ROLE)
    sts.answer(ROLE_GIVEN)
    registry = Registry(boto3.Session(profile_name="deploy"), endpoint_url=stub.url)

    ask(registry)
    ask(registry)

    assert len(sts.asked) == 1
    assert len(stub.asked) == 2


def test_credentials_of_a_role_may_be_put_into_a_session_by_hand(stub: Stub, sts: Stub) -> None:
    sts.answer(ROLE_GIVEN)
    people = boto3.Session("AKIAPEOPLE", "secret", region_name="eu-west-3")
    given = (
        cast("Any", people)
        .client("sts")
        .assume_role(RoleArn="arn:aws:iam::1:role/deploy", RoleSessionName="ecrkit")
    )
    role = boto3.Session(
        given["Credentials"]["AccessKeyId"],
        given["Credentials"]["SecretAccessKey"],
        given["Credentials"]["SessionToken"],
        region_name="eu-west-3",
    )

    ask(Registry(role, endpoint_url=stub.url))

    assert signer(stub.asked[0]) == ("ASIAROLE", "eu-west-3")
    assert stub.asked[0].headers["X-Amz-Security-Token"] == "the-token"


def test_a_role_that_sts_refuses_is_a_matter_of_credentials_and_not_of_ecr(
    stub: Stub, sts: Stub, config_file: Write
) -> None:
    config_file(ROLE)
    sts.answer(ROLE_REFUSED)
    registry = Registry(boto3.Session(profile_name="deploy"), endpoint_url=stub.url)

    with pytest.raises(
        MissingCredentialsError,
        match=r"DescribeRepositories could not be signed: .*\(AccessDenied from AssumeRole\)",
    ):
        ask(registry)

    assert stub.asked == []


def test_sts_that_cannot_be_reached_is_named(
    stub: Stub, config_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file(ROLE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    registry = Registry(boto3.Session(profile_name="deploy"), endpoint_url=stub.url)

    with pytest.raises(EndpointUnreachableError, match=r"127\.0\.0\.1:9"):
        ask(registry)


# Processes and SSO


def test_a_process_may_give_the_credentials(stub: Stub, config_file: Write, tmp_path: Path) -> None:
    given = {"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "secret"}
    program = tmp_path / "give.py"
    program.write_text(f"print({json.dumps(given)!r})", "utf-8")
    config_file(f"[default]\nregion = eu-west-1\ncredential_process = {sys.executable} {program}\n")

    ask(Registry(endpoint_url=stub.url))

    assert signer(stub.asked[0]) == ("AKIAPROCESS", "eu-west-1")


def test_a_process_that_fails_is_a_matter_of_credentials(
    stub: Stub, config_file: Write, tmp_path: Path
) -> None:
    program = tmp_path / "fail.py"
    program.write_text("raise SystemExit('the vault is locked')", "utf-8")
    config_file(f"[default]\nregion = eu-west-1\ncredential_process = {sys.executable} {program}\n")

    with pytest.raises(MissingCredentialsError, match="the vault is locked"):
        ask(Registry(endpoint_url=stub.url))

    assert stub.asked == []


SSO = """
[default]
region = eu-west-1
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = developer
"""


def test_sso_without_a_login_says_how_to_log_in(stub: Stub, config_file: Write) -> None:
    config_file(SSO)

    with pytest.raises(MissingCredentialsError, match="aws sso login"):
        ask(Registry(endpoint_url=stub.url))

    assert stub.asked == []


def test_sso_whose_login_is_over_says_how_to_log_in(stub: Stub, config_file: Write, tmp_path: Path) -> None:
    config_file(SSO)
    name = hashlib.sha1(b"https://example.awsapps.com/start").hexdigest()
    cache = tmp_path / ".aws/sso/cache"
    cache.mkdir(parents=True)
    (cache / f"{name}.json").write_text('{"accessToken": "very-secret", "expiresAt": "2020-01-01T00:00:00Z"}')

    with pytest.raises(MissingCredentialsError, match="aws sso login") as raised:
        ask(Registry(endpoint_url=stub.url))

    assert "very-secret" not in str(raised.value)
    assert stub.asked == []


# Credentials that end


def key(number: int, expires_at: float | None = None) -> AccessKey:
    return AccessKey(
        access_key_id=f"ASIA{number}",
        secret_access_key="secret",
        session_token=f"token-{number}",
        expires_at=expires_at,
    )


class Refreshing:
    """Credentials of an hour, by a clock that is set by hand; with each refresh the next key."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.given = 0
        first = self._give()
        self._credentials: Any = RefreshableCredentials(
            first["access_key"],
            first["secret_key"],
            first["token"],
            self.now + timedelta(hours=1),
            self._give,
            "test",
            time_fetcher=lambda: self.now,
        )

    def session(self) -> boto3.Session:
        inner = cast("Any", botocore.session).get_session()
        inner._credentials = self._credentials
        return boto3.Session(botocore_session=inner, region_name="us-east-1")

    def _give(self) -> dict[str, str]:
        self.given += 1
        return {
            "access_key": f"ASIA{self.given}",
            "secret_key": "secret",
            "token": f"token-{self.given}",
            "expiry_time": (self.now + timedelta(hours=1)).isoformat(),
        }


def test_credentials_are_refreshed_in_the_middle_of_a_layer() -> None:
    credentials = Refreshing()
    small = Settings(part_size=10, min_part_size=5)
    hour = timedelta(hours=1).total_seconds()
    with LocalECR(settings=small, keys=[key(1, credentials.now.timestamp() + hour), key(2)]) as ecr:
        repository = Registry(credentials.session(), endpoint_url=ecr.endpoint_url).create_repository(
            "team/app"
        )

        def pass_two_hours(event: LayerEvent) -> None:
            if isinstance(event, PartSent) and event.received == 50:
                credentials.now += timedelta(hours=2)
                ecr.clock.advance(timedelta(hours=2))

        layer = repository.push_layer(b"x" * 100, progress=pass_two_hours)

        assert credentials.given == 2
        assert layer.uploaded
        assert len(ecr.requests.of("UploadLayerPart")) == 10


def test_credentials_that_end_and_cannot_be_refreshed_say_so() -> None:
    with LocalECR(keys=[key(1, datetime.now(UTC).timestamp() + 60)]) as ecr:
        session = boto3.Session("ASIA1", "secret", "token-1", region_name="us-east-1")
        repository = Registry(session, endpoint_url=ecr.endpoint_url).create_repository("team/app")
        ecr.clock.advance(timedelta(hours=1))

        with no_waiting(), pytest.raises(ExpiredTokenError):
            repository.push_layer(b"x" * 100)
