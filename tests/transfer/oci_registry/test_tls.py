"""Registries with TLS."""

from pathlib import Path

import pytest

from ecrkit import RetryPolicy
from ecrkit.errors import EndpointUnreachableError
from ecrkit.push import LayerToPush, push_layers
from ecrkit.references import Digest
from ecrkit.transfer.oci_registry import OciRepository, RegistryClient
from ecrkit.transport._http import http_session
from tests.samples import noise
from tests.stub_server import Answer, stub_server
from tests.transport.connections.certificates import server_side, write_certificate

CONTENT = noise(2_000_000)
DIGEST = Digest.of(CONTENT)


def test_a_file_is_encrypted_on_its_way(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, "127.0.0.1")
    layer = tmp_path / "layer"
    layer.write_bytes(CONTENT)
    begun = Answer(b"", 202, {"Location": "/v2/team/app/blobs/uploads/1?state=s"})
    with stub_server(begun, Answer(b"", 201), tls=server_side(certificate)) as stub:
        there = OciRepository(RegistryClient(stub.url, http_session(verify=str(certificate))), "team/app")

        push_layers(there, [LayerToPush(layer, DIGEST)], workers=1, skip_existing=False)

    assert Digest.of(stub.asked[1].body) == DIGEST
    assert stub.asked[1].path == f"/v2/team/app/blobs/uploads/1?state=s&digest=sha256%3A{DIGEST.hex}"


def test_an_unknown_certificate_is_refused(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, "127.0.0.1")
    with stub_server(Answer(), tls=server_side(certificate)) as stub:
        there = OciRepository(RegistryClient(stub.url, http_session()), "team/app", RetryPolicy(attempts=1))

        with pytest.raises(EndpointUnreachableError, match="certificate is not trusted"):
            list(there.tags())

    assert stub.asked == []
