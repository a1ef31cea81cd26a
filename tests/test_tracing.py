"""Spans of OpenTelemetry, recorded in memory: one for each operation, and one in it for each request."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from ecrkit import DescribedRepository
from ecrkit.errors import RepositoryNotFoundError, WaitTimeoutError
from ecrkit.local import LocalECR

_exporter = InMemorySpanExporter()


@pytest.fixture(scope="module", autouse=True)
def provider() -> None:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(_exporter))
    trace.set_tracer_provider(
        provider
    )  # once in a process; the other tests are recorded as well, which is harmless


@pytest.fixture
def recorded(fresh: DescribedRepository) -> Iterator[InMemorySpanExporter]:
    _exporter.clear()
    yield _exporter
    _exporter.clear()


def named(recorded: InMemorySpanExporter, name: str) -> ReadableSpan:
    [span] = [each for each in recorded.get_finished_spans() if each.name == name]
    return span


def is_in(span: ReadableSpan, parent: ReadableSpan) -> bool:
    context = parent.get_span_context()
    return span.parent is not None and context is not None and span.parent.span_id == context.span_id


def test_a_push_is_one_span_with_its_requests_in_it(
    fresh: DescribedRepository, recorded: InMemorySpanExporter
) -> None:
    fresh.push_layers([b"one", b"two"])

    push = named(recorded, "ecrkit.push_layers")
    requests = [each for each in recorded.get_finished_spans() if each is not push]
    assert push.kind is SpanKind.INTERNAL
    assert push.attributes == {"ecrkit.repository": fresh.name}
    assert {each.name for each in requests} == {
        "ECR/BatchCheckLayerAvailability",
        "ECR/InitiateLayerUpload",
        "ECR/UploadLayerPart",
        "ECR/CompleteLayerUpload",
    }
    assert all(is_in(each, push) for each in requests)


def test_a_request_has_the_attributes_of_the_semantic_conventions(
    fresh: DescribedRepository, recorded: InMemorySpanExporter
) -> None:
    response = fresh.describe()

    span = named(recorded, "ECR/DescribeRepositories")
    assert response.name == fresh.name
    assert span.kind is SpanKind.CLIENT
    assert span.attributes is not None
    assert span.attributes["rpc.system"] == "aws-api"
    assert span.attributes["rpc.service"] == "ECR"
    assert span.attributes["rpc.method"] == "DescribeRepositories"
    assert span.attributes["http.response.status_code"] == 200
    assert span.attributes["aws.request_id"]


def test_an_error_is_recorded_by_its_type_only(
    fresh: DescribedRepository, recorded: InMemorySpanExporter
) -> None:
    missing = fresh.registry.repository("team/missing")

    with pytest.raises(RepositoryNotFoundError) as raised:
        missing.push_layer(b"one")

    for name in ("ecrkit.push_layer", "ECR/BatchCheckLayerAvailability"):
        span = named(recorded, name)
        assert span.status.status_code is StatusCode.ERROR
        assert span.status.description is None
        assert span.attributes is not None
        assert span.attributes["error.type"] == "RepositoryNotFoundError"
        assert span.events == ()
    request = named(recorded, "ECR/BatchCheckLayerAvailability")
    assert request.attributes is not None
    assert request.attributes["aws.request_id"] == raised.value.request_id


def test_a_wait_is_one_span_that_records_its_timeout(
    fresh: DescribedRepository, recorded: InMemorySpanExporter
) -> None:
    with pytest.raises(WaitTimeoutError):
        fresh.image("1").until_exists().wait(max_attempts=1)

    wait = named(recorded, "ecrkit.wait")
    assert wait.attributes == {"error.type": "WaitTimeoutError"}
    assert is_in(named(recorded, "ECR/DescribeImages"), wait)


async def test_an_awaited_wait_is_one_span(
    fresh: DescribedRepository, recorded: InMemorySpanExporter
) -> None:
    with pytest.raises(WaitTimeoutError):
        await fresh.image("1").until_exists().wait_async(max_attempts=1)

    assert is_in(named(recorded, "ECR/DescribeImages"), named(recorded, "ecrkit.wait"))


def test_spans_hold_no_url_and_no_secret(local_ecr: LocalECR, recorded: InMemorySpanExporter) -> None:
    registry = local_ecr.registry()  # one that has no login yet
    password = registry.docker_credentials().password.get_secret_value()

    [span] = [each for each in recorded.get_finished_spans() if each.name == "ECR/GetAuthorizationToken"]
    assert "http://" not in span.to_json()
    assert password not in span.to_json()


def test_nothing_of_opentelemetry_is_imported_by_ecrkit() -> None:
    program = (
        "import sys; from ecrkit import Registry, models, tracing;"
        "from ecrkit.testing import FakeTransport; from ecrkit import Client;"
        "fake = FakeTransport(models.DescribeRepositoriesResponse(repositories=[]));"
        "Client(fake).send(models.DescribeRepositoriesRequest());"
        "print([each for each in sys.modules if each.startswith('opentelemetry')])"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
