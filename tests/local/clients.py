"""Plain boto3 against a local ECR, and the few steps that most tests begin with."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR

Client = Any  # boto3 ships no types
Json = dict[str, Any]

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"

_session = boto3.Session()


def make_client(ecr: LocalECR | str, *, account: str = "local", region: str = "us-east-1") -> Client:
    make = cast("Any", _session.client)  # pyright: ignore[reportUnknownMemberType] -- boto3 ships no types
    return make(
        "ecr",
        region_name=region,
        endpoint_url=ecr if isinstance(ecr, str) else ecr.endpoint_url,
        aws_access_key_id=account,
        aws_secret_access_key="none",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30, connect_timeout=5),
    )


def digest_of(data: bytes | str) -> str:
    content = data.encode() if isinstance(data, str) else data
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def answer_of(error: ClientError) -> Json:
    return cast("Json", error.response)  # pyright: ignore[reportUnknownMemberType] -- boto3 ships no types


def code_of(error: ClientError) -> str:
    return str(answer_of(error)["Error"]["Code"])


def message_of(error: ClientError) -> str:
    return str(answer_of(error)["Error"]["Message"])


def descriptor(media_type: str, data: bytes | str) -> Json:
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


def manifest_of(layers: Sequence[bytes], config: bytes = b"{}", **members: Any) -> str:
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, config),
        "layers": [descriptor(LAYER, layer) for layer in layers],
        **members,
    }
    return json.dumps({key: value for key, value in manifest.items() if value is not None})


def index_of(*manifests: str, **members: object) -> str:
    children = [descriptor(MANIFEST, each) for each in manifests]
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": children, **members})


@dataclass(frozen=True)
class Repository:
    """A repository with shorthands for what a push is made of."""

    client: Client
    name: str

    @classmethod
    def create(cls, client: Client, name: str, **settings: object) -> "Repository":
        client.create_repository(repositoryName=name, **settings)
        return cls(client, name)

    def begin(self) -> str:
        return str(self.client.initiate_layer_upload(repositoryName=self.name)["uploadId"])

    def part(self, upload_id: str, first: int, data: bytes, *, last: int | None = None) -> Json:
        answer: Json = self.client.upload_layer_part(
            repositoryName=self.name,
            uploadId=upload_id,
            partFirstByte=first,
            partLastByte=first + len(data) - 1 if last is None else last,
            layerPartBlob=data,
        )
        return answer

    def complete(self, upload_id: str, *digests: str) -> Json:
        answer: Json = self.client.complete_layer_upload(
            repositoryName=self.name, uploadId=upload_id, layerDigests=list(digests)
        )
        return answer

    def layer(self, data: bytes) -> str:
        """Push a layer in one part, unless it is there."""
        digest = digest_of(data)
        if self.availability(digest) != "AVAILABLE":
            upload_id = self.begin()
            self.part(upload_id, 0, data)
            self.complete(upload_id, digest)
        return digest

    def availability(self, digest: str) -> str:
        answer = self.client.batch_check_layer_availability(repositoryName=self.name, layerDigests=[digest])
        return str(answer["layers"][0]["layerAvailability"])

    def image(self, content: str = "layer", *, tag: str | None = None, **members: Any) -> str:
        """Push an image of one layer; returns its manifest."""
        self.layer(content.encode())
        self.layer(b"{}")
        manifest = manifest_of([content.encode()], **members)
        self.put(manifest, tag=tag)
        return manifest

    def put(self, manifest: str, *, tag: str | None = None, **members: object) -> Json:
        named = {} if tag is None else {"imageTag": tag}
        answer: Json = self.client.put_image(
            repositoryName=self.name, imageManifest=manifest, **named, **members
        )
        return answer

    def get(self, *image_ids: Mapping[str, str], accepted: Sequence[str] = ()) -> Json:
        types = {"acceptedMediaTypes": list(accepted)} if accepted else {}
        answer: Json = self.client.batch_get_image(
            repositoryName=self.name, imageIds=list(image_ids), **types
        )
        return answer

    def delete(self, *image_ids: Mapping[str, str]) -> Json:
        answer: Json = self.client.batch_delete_image(repositoryName=self.name, imageIds=list(image_ids))
        return answer

    def ids(self, **filters: str) -> list[Json]:
        answer = self.client.list_images(repositoryName=self.name, filter=filters)
        return list(answer["imageIds"])

    def describe(self, **image_id: str) -> Json:
        answer = self.client.describe_images(repositoryName=self.name, imageIds=[image_id])
        return cast("Json", answer["imageDetails"][0])
