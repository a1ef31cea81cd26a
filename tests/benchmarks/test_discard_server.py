import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from benchmarks.servers import Server, discard_server

DIGEST = "sha256:" + "a" * 64
BLOB = "A" * 1_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with discard_server() as server:
        yield server


@pytest.fixture(scope="module")
def ecr(server: Server) -> Iterator[Any]:
    untyped: Any = boto3
    client = untyped.client(
        "ecr",
        region_name="eu-west-1",
        endpoint_url=server.endpoint,
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )
    yield client
    client.close()


@pytest.fixture
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(server.registry, timeout=10)
    yield connection
    connection.close()


def send_part(connection: http.client.HTTPConnection, body: str) -> dict[str, object]:
    target = {"X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.UploadLayerPart"}
    connection.request("POST", "/", body, target)
    answer: dict[str, object] = json.loads(connection.getresponse().read())
    return answer


def test_it_has_no_layer(ecr: Any) -> None:
    found = ecr.batch_check_layer_availability(repositoryName="app", layerDigests=[DIGEST])

    assert found["layers"] == [{"layerDigest": DIGEST, "layerAvailability": "UNAVAILABLE"}]


def test_it_takes_a_whole_push_from_boto3(ecr: Any) -> None:
    upload = ecr.initiate_layer_upload(repositoryName="app")
    part = ecr.upload_layer_part(
        repositoryName="app",
        uploadId=upload["uploadId"],
        partFirstByte=0,
        partLastByte=99_999,
        layerPartBlob=bytes(100_000),
    )
    done = ecr.complete_layer_upload(repositoryName="app", uploadId=upload["uploadId"], layerDigests=[DIGEST])

    assert (upload["partSize"], part["lastByteReceived"], done["layerDigest"]) == (10_485_760, 99_999, DIGEST)


@pytest.mark.parametrize(
    "body",
    [
        f'{{"layerPartBlob":"{BLOB}","uploadId":"x","partFirstByte":0,"partLastByte":749999}}',
        f'{{"partFirstByte": 0, "partLastByte": 749999, "uploadId": "x", "layerPartBlob": "{BLOB}"}}',
        '{"layerPartBlob":"AAAA","partLastByte":749999}',
    ],
    ids=["after the blob", "before the blob", "in a short body"],
)
def test_the_last_byte_may_stand_on_either_side_of_the_blob(
    connection: http.client.HTTPConnection, body: str
) -> None:
    assert send_part(connection, body) == {"lastByteReceived": 749_999}


def test_one_part_after_the_other_goes_over_one_connection(connection: http.client.HTTPConnection) -> None:
    bodies = [f'{{"layerPartBlob":"{BLOB}","partLastByte":{last}}}' for last in (1, 2, 3)]

    assert [send_part(connection, body)["lastByteReceived"] for body in bodies] == [1, 2, 3]


def test_a_part_without_positions_is_refused(connection: http.client.HTTPConnection) -> None:
    assert send_part(connection, '{"layerPartBlob":"AAAA"}')["__type"] == "InvalidParameterException"


def test_an_operation_that_it_does_not_know_is_refused(ecr: Any) -> None:
    with pytest.raises(ecr.exceptions.ClientError, match="does not know PutImage"):
        ecr.put_image(repositoryName="app", imageManifest="{}")


def test_it_counts_the_bytes_of_bodies(server: Server, connection: http.client.HTTPConnection) -> None:
    before = server.body_bytes()
    body = f'{{"layerPartBlob":"{BLOB}","partLastByte":1}}'

    send_part(connection, body)

    assert server.body_bytes() - before == len(body)


def test_a_blob_may_come_in_chunks_of_unknown_number(
    server: Server, connection: http.client.HTTPConnection
) -> None:
    before = server.body_bytes()

    connection.request(
        "PATCH", "/v2/app/blobs/uploads/1", iter([b"a" * 70_000, b"b" * 5]), encode_chunked=True
    )
    answer = connection.getresponse()
    answer.read()

    assert (answer.status, server.body_bytes() - before) == (202, 70_005)


def test_who_speaks_tls_is_hung_up_on_at_once(server: Server) -> None:
    place = urlsplit(server.endpoint)
    with socket.create_connection((place.hostname, place.port), timeout=5) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00")

        assert connection.recv(1) == b""


@pytest.mark.parametrize("total", [1, 1000, 2500])
def test_boto3_lists_as_many_images_as_the_name_of_the_repository_says(ecr: Any, total: int) -> None:
    pages = ecr.get_paginator("describe_images").paginate(repositoryName=f"bench/images-{total}")

    assert sum(len(page["imageDetails"]) for page in pages) == total
