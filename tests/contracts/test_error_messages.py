"""What users get wrong, and what they are told: what was wrong, with which value, and what to do about it."""

import ast
import re
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

import ecrkit
from ecrkit import RetryPolicy, models, oci
from ecrkit.errors import (
    EndpointUnreachableError,
    ImageNotFoundError,
    InvalidArgumentError,
    InvalidFieldsError,
    InvalidImageError,
    InvalidInputError,
    InvalidReferenceError,
    InvalidSourceError,
    MissingCredentialsError,
    UnreadableAnswerError,
    WaitTimeoutError,
)
from ecrkit.local import LocalECR
from ecrkit.transport._advice import advice
from tests.contracts.house import sources

Registry: Any = ecrkit.Registry  # programs without a type checker make these mistakes


@dataclass
class Scene:
    """What the mistakes are made with."""

    registry: Any
    repository: Any
    folder: Path
    port: str
    foreign_url: str

    def connected(self, url: str) -> Any:
        session = boto3.Session("an-id", "a-key", region_name="us-east-1")
        return Registry(session, endpoint_url=url, config=_AT_ONCE)

    @property
    def image(self) -> Any:
        with oci.ImageBuilder("linux/amd64") as builder:
            return self.repository.push_image(self._built(builder), tags="1")

    def _built(self, builder: oci.ImageBuilder) -> oci.BuiltImage:
        (self.folder / "content").mkdir(exist_ok=True)
        (self.folder / "content/file").write_text("x")
        builder.add_layer(self.folder / "content", to="/x")
        return builder.build()

    def push_file(self, mode: str, *, closed: bool = False) -> None:
        path = self.folder / "layer"
        path.write_bytes(b"xxx")
        with path.open(mode) as file:
            if closed:
                file.close()
            self.repository.push_layer(file)

    def tar_without_an_image(self) -> Path:
        path = self.folder / "plain.tar"
        with tarfile.open(path, "w") as tar:
            tar.add(__file__, "file")
        return path


_AT_ONCE = Config(connect_timeout=2, retries={"total_max_attempts": 1})
HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"

MISTAKES: dict[str, tuple[Callable[[Scene], object], type[Exception], list[str]]] = {
    # Connecting
    "a region as the session": (
        lambda _: Registry("us-east-1"),
        InvalidArgumentError,
        ["session is 'us-east-1'", "boto3.Session", "region_name="],
    ),
    "a registry id of five digits": (
        lambda s: Registry(s.registry.client.transport, registry_id="12345"),
        InvalidReferenceError,
        ["'12345'", "12 digits"],
    ),
    "a registry id that is a number": (
        lambda s: Registry(s.registry.client.transport, registry_id=123456789012),
        InvalidArgumentError,
        ["registry_id is 123456789012", "as a string"],
    ),
    "a port where nothing listens": (
        lambda s: s.connected("http://127.0.0.1:9").describe(),
        EndpointUnreachableError,
        ["http://127.0.0.1:9", "python -m ecrkit.local"],
    ),
    "https on a port of http": (
        lambda s: s.connected(f"https://127.0.0.1:{s.port}").describe(),
        EndpointUnreachableError,
        ["use http://127.0.0.1:"],
    ),
    "another server": (
        lambda s: s.connected(s.foreign_url).describe(),
        UnreadableAnswerError,
        ["http://127.0.0.1:", "<html>Welcome", "13 bytes"],
    ),
    "half of the credentials": (
        lambda _: Registry(boto3.Session(region_name="us-east-1")),
        MissingCredentialsError,
        ["AWS_SECRET_ACCESS_KEY", "Configure credentials"],
    ),
    # Requests
    "a dict for a request": (
        lambda s: s.registry.client.send({}),
        InvalidArgumentError,
        ["request is a dict", "models.DescribeImagesRequest("],
    ),
    "a class for a request": (
        lambda s: s.registry.client.send(models.DescribeImagesRequest),
        InvalidArgumentError,
        ["request is the class DescribeImagesRequest"],
    ),
    "a misspelt field in place of a required one": (
        lambda _: models.DescribeImagesRequest(repo_name="x"),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        InvalidFieldsError,
        ["repo_name is not a field", "did you mean repository_name?"],
    ),
    "a misspelt field": (
        lambda _: models.DescribeImagesRequest(repository_name="xx", max_result=5),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        InvalidFieldsError,
        ["did you mean max_results?"],
    ),
    "a misspelt field of a shape inside": (
        lambda _: models.DescribeImagesRequest(repository_name="xx", filter={"tag_state": "ANY"}),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        InvalidFieldsError,
        ["filter.tag_state", "did you mean tag_status?"],
    ),
    # Names
    "a URI for a name": (
        lambda s: s.registry.repository(f"{HOST}/team/app"),
        InvalidReferenceError,
        ["'team/app'", "Registry.image_from_uri()"],
    ),
    "a number for a name": (
        lambda s: s.registry.repository(5),
        InvalidArgumentError,
        ["is 5", "'team/app'"],
    ),
    "a number for a tag": (
        lambda s: s.repository.push_image(s.image.source(), tags=[1.5]),
        InvalidArgumentError,
        ["tag is 1.5", "'1.4.2'"],
    ),
    "a tag that does not exist": (
        lambda s: s.repository.image("9.9").manifest(),
        ImageNotFoundError,
        ["messages/app:9.9", "us-east-1", "request "],
    ),
    "a number for the tag of an image": (
        lambda s: s.repository.image(1.0),
        InvalidArgumentError,
        ["tag is 1.0", "'1.4.2'"],
    ),
    "the tags of a handle": (
        lambda s: s.repository.image("1").tags,
        AttributeError,
        ["'tags'", "describe().tags"],
    ),
    "the URI of a handle": (
        lambda s: s.registry.repository("messages/app").uri,
        AttributeError,
        ["'uri'", "describe().uri"],
    ),
    "an ARN for a URI": (
        lambda _: Registry.from_uri("arn:aws:ecr:us-east-1:123456789012:repository/app"),
        InvalidReferenceError,
        ["is an ARN"],
    ),
    # Listings
    "an index into a listing": (lambda s: s.repository.images()[0], TypeError, ["list()", "limit=1"]),
    "the length of a listing": (lambda s: len(s.repository.images()), TypeError, ["list()"]),
    # Layers
    "a closed file": (
        lambda s: s.push_file("rb", closed=True),
        InvalidSourceError,
        ["layer is closed"],
    ),
    "a file open for appending": (
        lambda s: s.push_file("ab"),
        InvalidSourceError,
        ["('ab')", "mode 'rb'"],
    ),
    "several paths for one layer": (
        lambda s: s.repository.push_layer(["a.tar", "b.tar"]),
        InvalidSourceError,
        ["contains a str", "push_layers()"],
    ),
    "True for progress": (
        lambda s: s.repository.push_layer(b"layer", progress=True),
        InvalidArgumentError,
        ["progress is True", "show_progress()"],
    ),
    "a number for the retry policy": (
        lambda s: s.repository.push_layer(b"layer", retry=3),
        InvalidArgumentError,
        ["retry is 3", "RetryPolicy(attempts=3)"],
    ),
    "no worker": (
        lambda s: s.repository.push_layers([b"layer"], workers=0),
        InvalidInputError,
        ["workers is 0", "1 or more"],
    ),
    "no attempt": (lambda _: RetryPolicy(attempts=0), InvalidInputError, ["attempts is 0", "1 or more"]),
    "a folder to download into": (
        lambda s: s.image.layers()[0].download(s.folder),
        InvalidInputError,
        ["is a folder", "path of a file"],
    ),
    # Images
    "an image of a repository to push": (
        lambda s: s.repository.push_image(s.repository.image("1")),
        InvalidArgumentError,
        ["source is an Image", "copy_to(repository)"],
    ),
    "the bytes of an image to push": (
        lambda s: s.repository.push_image(b"tar"),
        InvalidArgumentError,
        ["source is bytes", "path"],
    ),
    "a tar without an image to push": (
        lambda s: s.repository.push_image(s.tar_without_an_image()),
        InvalidImageError,
        ["plain.tar", "index.json", "manifest.json"],
    ),
    "a reference to push": (
        lambda s: s.repository.push_image("alpine:3.22"),
        FileNotFoundError,
        ["'alpine:3.22'", "expected a path"],
    ),
    "a name to copy to": (
        lambda s: s.image.copy_to("prod/app"),
        InvalidArgumentError,
        ["target is 'prod/app'", "registry.repository('prod/app')"],
    ),
    "a dict for a manifest": (
        lambda s: s.repository.put_image({"schemaVersion": 2}, "1"),
        InvalidArgumentError,
        ["manifest is a dict", "json.dumps()"],
    ),
    "a word for an artifact type": (
        lambda s: s.image.attach(b"{}", artifact_type="sbom"),
        InvalidImageError,
        ["'sbom'", "application/spdx+json"],
    ),
    # Policies and plans
    "a dict for a lifecycle policy": (
        lambda s: s.repository.lifecycle_policy.put({}),
        InvalidArgumentError,
        ["policy is a dict", "LifecyclePolicy", "json.dumps()"],
    ),
    "a dict for a policy": (
        lambda s: s.repository.policy.put({}),
        InvalidArgumentError,
        ["policy is a dict", "PolicyDocument", "json.dumps()"],
    ),
    "a number for an age": (
        lambda s: s.repository.plan_delete(older_than=14),
        InvalidArgumentError,
        ["older_than is 14", "timedelta(days=14)"],
    ),
    "a time without a zone for an age": (
        lambda s: s.repository.plan_delete(older_than=datetime(2020, 1, 1)),  # noqa: DTZ001 -- the mistake
        InvalidInputError,
        ["2020-01-01", "time zone", "datetime.now(UTC)"],
    ),
    "no rule for a plan": (
        lambda s: s.repository.plan_delete(),
        InvalidInputError,
        ["untagged", "keep_latest"],
    ),
}


class Foreign(BaseHTTPRequestHandler):
    """A server that is no ECR."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Welcome")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name in the base class
        del format, args


@pytest.fixture(scope="module")
def foreign_url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Foreign) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def scene(local_ecr: LocalECR, foreign_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-id")  # without the other half
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    registry = local_ecr.registry()
    repository = registry.create_repository("messages/app", exist_ok=True)
    return Scene(registry, repository, tmp_path, local_ecr.endpoint_url.rpartition(":")[2], foreign_url)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_message_says_what_was_wrong_and_what_to_do(mistake: str, scene: Scene) -> None:
    make, kind, says = MISTAKES[mistake]

    with pytest.raises(kind) as caught:
        make(scene)

    missing = [words for words in says if words not in str(caught.value)]
    assert missing == [], str(caught.value)


def test_a_timeout_may_be_a_timedelta(scene: Scene) -> None:
    with pytest.raises(WaitTimeoutError):
        scene.repository.image("nope").until_exists().wait(timeout=timedelta(seconds=0.01), delay=0.01)


def test_one_path_or_bytes_is_one_layer(scene: Scene) -> None:
    assert [layer.size for layer in scene.repository.push_layers(b"one layer")] == [9]


FIRST_WORD = re.compile(r"\w+")
EMBEDDED = ("InvalidPolicyError", "MissingExtraError", "EOFError")  # their argument becomes part of a message


def test_messages_begin_with_a_capital_letter_a_value_or_the_name_of_a_parameter() -> None:
    names = names_of_parameters()

    begun = [
        (path, message)
        for path, tree in sources()
        if path != "ecrkit/_lazy.py"  # the wording of Python
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and (message := beginning(node.exc))[:1].islower()
        if (word := FIRST_WORD.match(message)) and word[0] not in names
    ]

    assert begun == []


def names_of_parameters() -> set[str]:
    """Return the names of all parameters, fields and methods of the package."""
    names: set[str] = set()
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names.add(node.target.id)
            elif isinstance(node, ast.FunctionDef):
                names.add(node.name)
    return names


def beginning(raised: ast.expr | None) -> str:
    """Return how the message of an exception begins; nothing where it begins with a value."""
    if not isinstance(raised, ast.Call) or not raised.args:
        return ""
    kind = ast.unparse(raised.func)
    if not kind.endswith("Error") or kind.endswith(EMBEDDED):
        return ""
    message = raised.args[0]
    if isinstance(message, ast.JoinedStr) and message.values:
        message = message.values[0]
    return message.value if isinstance(message, ast.Constant) and isinstance(message.value, str) else ""


@pytest.mark.parametrize(
    ("url", "error", "says"),
    [
        ("https://api.ecr.us-esat-1.amazonaws.com/", "Could not connect", "did you mean us-east-1"),
        ("https://api.ecr.nowhere-9.amazonaws.com/", "Could not connect", "not a region that botocore knows"),
        ("https://api.ecr.us-east-1.amazonaws.com/", "Could not connect", "HTTPS_PROXY"),
        ("https://api.ecr.us-east-1.amazonaws.com/", "Could not connect", "VPC endpoint"),
        ("https://api.ecr.us-east-1.amazonaws.com/", "CERTIFICATE_VERIFY_FAILED", "verify="),
        ("https://ecr.test:5005/", "[SSL: WRONG_VERSION_NUMBER]", "use http://ecr.test:5005"),
        ("http://localhost:5005/", "Could not connect", "python -m ecrkit.local"),
    ],
)
def test_an_endpoint_that_cannot_be_reached_comes_with_advice(url: str, error: str, says: str) -> None:
    assert says in advice(url, error)
