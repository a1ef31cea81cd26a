"""Through what requests and downloads go: proxies, and servers whose certificates somebody has to trust.

The names here exist nowhere: what arrives came through the proxy.
"""

import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
import urllib3
from botocore.config import Config

from ecrkit import Registry
from ecrkit.errors import AnswerLostError, EndpointUnreachableError
from ecrkit.transport import Transport
from tests.stub_server import Answer, Stub, stub_server
from tests.transport.connections.asking import ask
from tests.transport.connections.certificates import server_side, write_certificate
from tests.transport.connections.conftest import NO_REPOSITORIES
from tests.transport.connections.tunnel import Tunnel, tunnel_to

pytestmark = pytest.mark.usefixtures("keys")

ECR = "http://ecr.test"
LAYER = "http://layers.test/layer?X-Amz-Signature=very-secret"


def download(registry: Registry, url: str) -> bytes:
    transport: Transport = registry.client.transport
    with transport.download(url) as answer:
        return answer.read(1000)


# Plain HTTP


def test_requests_go_through_the_proxy_of_the_environment(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", stub.url)

    ask(Registry(endpoint_url=ECR))

    assert [asked.path for asked in stub.asked] == ["http://ecr.test/"]


def test_downloads_go_through_the_proxy_of_the_environment(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", stub.url)

    download(Registry(endpoint_url=ECR), LAYER)

    assert [asked.path for asked in stub.asked] == [LAYER]


def test_requests_and_downloads_go_through_the_proxy_of_the_config(stub: Stub) -> None:
    registry = Registry(endpoint_url=ECR, config=Config(proxies={"http": stub.url}))

    ask(registry)
    download(registry, LAYER)

    assert [asked.path for asked in stub.asked] == ["http://ecr.test/", LAYER]


def test_a_config_without_proxies_is_stronger_than_the_environment(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    registry = Registry(endpoint_url=stub.url, config=Config(proxies={}))

    ask(registry)
    download(registry, f"{stub.url}/layer")

    assert [asked.path for asked in stub.asked] == ["/", "/layer"]


def test_the_storage_may_need_no_proxy_where_ecr_needs_one(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stub_server(Answer(b"layer")) as storage:
        monkeypatch.setenv("HTTP_PROXY", stub.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        registry = Registry(endpoint_url=ECR)

        ask(registry)
        content = download(registry, f"{storage.url}/layer")

        assert content == b"layer"
        assert [asked.path for asked in stub.asked] == ["http://ecr.test/"]


def test_ecr_may_need_no_proxy_where_the_storage_needs_one(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stub_server(NO_REPOSITORIES) as ecr:
        monkeypatch.setenv("HTTP_PROXY", stub.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        registry = Registry(endpoint_url=ecr.url)

        ask(registry)
        download(registry, LAYER)

        assert len(ecr.asked) == 1
        assert [asked.path for asked in stub.asked] == [LAYER]


def test_each_download_looks_anew_whether_its_host_needs_a_proxy(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stub_server(Answer(b"layer")) as near:
        monkeypatch.setenv("HTTP_PROXY", stub.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        registry = Registry(endpoint_url=ECR)

        for url in (LAYER, f"{near.url}/layer", LAYER):
            download(registry, url)

        assert [asked.path for asked in near.asked] == ["/layer"]
        assert [asked.path for asked in stub.asked] == [LAYER, LAYER]


def test_a_proxy_that_is_not_there_is_an_endpoint_that_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://somebody:very-secret@127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(EndpointUnreachableError, match="proxy") as raised:
        ask(Registry(endpoint_url=ECR))

    assert "very-secret" not in str(raised.value)


def test_a_download_through_a_proxy_that_is_not_there_says_what_to_look_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://somebody:very-secret@127.0.0.1:9")

    with pytest.raises(AnswerLostError, match=r"layers\.test.*HTTPS_PROXY") as raised:
        download(Registry(endpoint_url=ECR), LAYER)

    assert "very-secret" not in str(raised.value)


def test_a_download_waits_for_bytes_as_long_as_the_config_says() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        registry = Registry(endpoint_url=ECR, config=Config(read_timeout=0.05))

        with pytest.raises(AnswerLostError, match="ReadTimeoutError"):
            download(registry, f"http://127.0.0.1:{silent.getsockname()[1]}/layer")


# HTTPS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("certificate"), "ecr.test")


@pytest.fixture
def secure(certificate: Path) -> Iterator[Stub]:
    with stub_server(NO_REPOSITORIES, tls=server_side(certificate)) as server:
        yield server


@pytest.fixture
def tunnel(secure: Stub) -> Iterator[Tunnel]:
    with tunnel_to(secure.url) as made:
        yield made


def trusting(url: str, verify: str | bool, **settings: Any) -> Registry:  # noqa: FBT001 -- boto3 has both kinds
    return Registry(endpoint_url=url, verify=verify, config=Config(**settings))


def test_https_goes_through_a_tunnel_of_the_proxy(
    secure: Stub, tunnel: Tunnel, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", tunnel.url)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    registry = Registry(endpoint_url="https://ecr.test")

    ask(registry)
    download(registry, "https://ecr.test/layer")

    assert tunnel.asked == ["ecr.test:443", "ecr.test:443"]
    assert [asked.path for asked in secure.asked] == ["/", "/layer"]


def test_a_login_for_the_proxy_is_brought_along_by_requests_and_downloads(
    tunnel: Tunnel, certificate: Path
) -> None:
    proxy = tunnel.url.replace("://", "://somebody:password@")
    registry = trusting("https://ecr.test", str(certificate), proxies={"https": proxy})

    ask(registry)
    download(registry, "https://ecr.test/layer")

    assert tunnel.logins == [f"Basic {b64encode(b'somebody:password').decode()}"] * 2


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_the_environment_names_the_certificates_to_trust(
    secure: Stub, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(certificate))
    registry = Registry(endpoint_url=secure.url)

    ask(registry)
    download(registry, f"{secure.url}/layer")

    assert [asked.path for asked in secure.asked] == ["/", "/layer"]


def test_a_profile_names_the_certificates_to_trust(
    secure: Stub, certificate: Path, config_file: Callable[[str], None]
) -> None:
    config_file(f"[profile inside]\nca_bundle = {certificate}\n")
    session = boto3.Session("local", "none", region_name="us-east-1", profile_name="inside")
    registry = Registry(session, endpoint_url=secure.url)

    ask(registry)
    download(registry, f"{secure.url}/layer")

    assert [asked.path for asked in secure.asked] == ["/", "/layer"]


def test_a_registry_names_the_certificates_to_trust(secure: Stub, certificate: Path) -> None:
    registry = trusting(secure.url, str(certificate))

    ask(registry)
    download(registry, f"{secure.url}/layer")

    assert [asked.path for asked in secure.asked] == ["/", "/layer"]


def test_a_registry_that_trusts_everybody_does_so_for_downloads(secure: Stub) -> None:
    registry = trusting(secure.url, verify=False)

    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        download(registry, f"{secure.url}/layer")

    assert [asked.path for asked in secure.asked] == ["/layer"]


def test_a_certificate_that_nobody_trusts_ends_a_request(
    secure: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(EndpointUnreachableError, match="SSL validation failed"):
        ask(Registry(endpoint_url=secure.url))

    assert secure.asked == []


def test_a_certificate_that_nobody_trusts_ends_a_download_and_says_what_to_do(secure: Stub) -> None:
    registry = Registry(endpoint_url=secure.url)

    with pytest.raises(AnswerLostError, match=r"127\.0\.0\.1.*AWS_CA_BUNDLE") as raised:
        download(registry, f"{secure.url}/layer?X-Amz-Signature=very-secret")

    assert "very-secret" not in str(raised.value)
    assert secure.asked == []


def test_downloads_beside_a_client_trust_what_the_registry_says(secure: Stub, certificate: Path) -> None:
    client: Any = cast("Any", boto3).client("ecr", endpoint_url=secure.url, verify=str(certificate))
    registry = Registry(client=client, verify=str(certificate))

    ask(registry)
    download(registry, f"{secure.url}/layer")

    assert [asked.path for asked in secure.asked] == ["/", "/layer"]


def test_downloads_beside_a_client_trust_what_the_environment_says(
    secure: Stub, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    client: Any = cast("Any", boto3).client("ecr", endpoint_url=secure.url)

    download(Registry(client=client), f"{secure.url}/layer")

    assert [asked.path for asked in secure.asked] == ["/layer"]


def test_the_default_session_names_the_certificates_to_trust(
    secure: Stub, certificate: Path, config_file: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file(f"[profile inside]\nca_bundle = {certificate}\n")
    session = boto3.Session("local", "none", region_name="us-east-1", profile_name="inside")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)

    download(Registry(endpoint_url=secure.url), f"{secure.url}/layer")

    assert [asked.path for asked in secure.asked] == ["/layer"]
