"""Which hosts and origins a local ECR answers to, against DNS rebinding."""

import httpx
import pytest

from ecrkit.local import LocalECR, Settings
from ecrkit.local.hosts import AllowedHosts

PATHS = ("/", "/v2/", "/v2/team/app/manifests/1", "/layers/sha256-0", "/nothing/here")


def get(ecr: LocalECR, path: str = "/", **headers: str) -> httpx.Response:
    return httpx.get(f"{ecr.endpoint_url}{path}", headers=headers, timeout=10)


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_host_is_refused_on_every_route(ecr: LocalECR, path: str) -> None:
    answer = get(ecr, path, host="evil.example")

    assert answer.status_code == 403
    assert "evil.example" in answer.text
    assert "--allow-host" in answer.text


@pytest.mark.parametrize("origin", ["http://evil.example", "https://evil.example:5005", "null", "file://"])
def test_a_foreign_origin_is_refused(ecr: LocalECR, origin: str) -> None:
    assert get(ecr, origin=origin).status_code == 403


def test_operations_of_a_foreign_host_are_not_carried_out(ecr: LocalECR) -> None:
    headers = {
        "host": "evil.example",
        "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.CreateRepository",
    }

    answer = httpx.post(ecr.endpoint_url, headers=headers, content=b"{}", timeout=10)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:5000", "LOCALHOST.", "127.0.0.1:5005", "127.8.8.8", "[::1]:80", "a.localhost"],
)
def test_loopback_names_and_addresses_are_allowed(ecr: LocalECR, host: str) -> None:
    assert get(ecr, host=host).status_code == 200


def test_an_origin_on_loopback_is_allowed(ecr: LocalECR) -> None:
    assert get(ecr, origin="http://localhost:3000").status_code == 200


def test_further_hosts_can_be_allowed() -> None:
    with LocalECR(settings=Settings(allowed_hosts=("registry.test",))) as ecr:
        answers = [
            get(ecr, host=host).status_code for host in ("registry.test:5000", "other.test", "localhost")
        ]

    assert answers == [200, 403, 200]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example:127.0.0.1",
        "xlocalhost",
        "",
        "0.0.0.0:80",
    ],
)
def test_names_that_only_resemble_loopback_are_refused(host: str) -> None:
    assert AllowedHosts("127.0.0.1").problem([host], []) is not None


def test_each_of_several_host_headers_has_to_be_allowed() -> None:
    assert AllowedHosts("127.0.0.1").problem(["localhost", "evil.example"], []) is not None


def test_a_server_on_all_addresses_answers_to_any_host() -> None:
    assert AllowedHosts("0.0.0.0").problem(["ecr.compose:5005"], ["http://ecr.compose:5005"]) is None


def test_a_server_on_all_addresses_refuses_origins_of_other_hosts() -> None:
    assert AllowedHosts("0.0.0.0").problem(["ecr.compose:5005"], ["http://evil.example"]) is not None


def test_a_server_on_all_addresses_answers_only_to_listed_hosts_if_there_are_any() -> None:
    allowed = AllowedHosts("0.0.0.0", ["ecr.compose"])

    assert allowed.problem(["ecr.compose:5005"], []) is None
    assert allowed.problem(["evil.example"], []) is not None
