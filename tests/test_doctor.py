"""The doctor finds the first thing that is wrong, and says what to do about it."""

import socket

import boto3
import pytest

from ecrkit import Registry, models
from ecrkit.__main__ import main
from ecrkit.doctor import examine
from ecrkit.errors import (
    EcrKitError,
    InvalidSignatureError,
    MissingCredentialsError,
    MissingRegionError,
    api_error,
)
from ecrkit.local import LocalECR
from ecrkit.testing import FakeTransport
from tests.versions import OUTDATED

EMPTY = models.DescribeRepositoriesResponse(repositories=[])


def found(*answers: models.Response | EcrKitError) -> list[tuple[str, bool]]:
    return [(check.what, check.passed) for check in examine(lambda: Registry(FakeTransport(*answers)))]


def token() -> models.GetAuthorizationTokenResponse:
    return models.GetAuthorizationTokenResponse(authorization_data=[])


def denied(action: str) -> EcrKitError:
    return api_error(
        "AccessDeniedException",
        f"User: x is not authorized to perform: ecr:{action}",
        operation=action,
        http_status=400,
    )


@pytest.mark.skipif(OUTDATED, reason="the doctor says that this botocore is too old")
def test_where_all_is_well_every_line_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with LocalECR() as ecr, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIsecret")
        code = main(["doctor", "--region", "eu-west-1", "--endpoint-url", ecr.endpoint_url])

    printed = capsys.readouterr().out
    assert code == 0
    assert [line.split(":")[0] for line in printed.splitlines()] == [
        "ok    region",
        "ok    boto3",
        "ok    endpoint",
        "ok    credentials",
        "ok    ecr",
        "ok    ecr",
    ]
    assert "AKIA" not in printed
    assert "wJalr" not in printed


def test_a_permission_that_is_missing_is_named_and_the_next_is_still_looked_at() -> None:
    assert found(denied("GetAuthorizationToken"), EMPTY) == [
        ("region", True),
        ("credentials", True),
        ("ecr:GetAuthorizationToken", False),
        ("ecr:DescribeRepositories", True),
    ]


def test_credentials_that_are_missing_end_it() -> None:
    assert found(MissingCredentialsError("none")) == [("region", True), ("credentials", False)]


def test_credentials_that_are_wrong_end_it() -> None:
    wrong = api_error("InvalidSignatureException", "no", operation="GetAuthorizationToken", http_status=403)

    assert isinstance(wrong, InvalidSignatureError)
    assert found(wrong) == [("region", True), ("credentials", False)]


def test_a_region_that_is_missing_ends_it() -> None:
    def fail() -> Registry:
        raise MissingRegionError("No region is configured")

    [check] = examine(fail)

    assert str(check) == "FAIL  configuration: No region is configured"


def test_an_endpoint_where_nobody_listens_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        session = boto3.Session("local", "local", region_name="us-east-1")
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        *_, last = examine(lambda: Registry(session, endpoint_url=url))

    assert (last.what, last.passed) == ("network", False)
    assert url in last.said
    assert "start a local ECR" in last.said


def test_an_answer_without_anything_wrong_passes() -> None:
    assert all(passed for _, passed in found(token(), EMPTY))
