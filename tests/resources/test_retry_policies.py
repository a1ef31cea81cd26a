"""`retry=` reaches every request that moves bytes: with one attempt, the first failure is the last."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import boto3
import pytest

from ecrkit import Image, LayerEvent, Registry, Repository, RetryPolicy
from ecrkit.errors import TransportError
from ecrkit.events import LayerFinished
from ecrkit.local import LocalECR
from ecrkit.references import Digest
from ecrkit.testing import no_waiting
from tests.faults.proxy import Effect, Fault, FaultProxy
from tests.samples import image, noise

ONCE = RetryPolicy(attempts=1)
CONTENT = noise(300_000)
DOWNLOAD = f"GET /layers/{Digest.of(CONTENT).replace(':', '-')}"


@pytest.fixture
def proxy(ecr: LocalECR) -> Iterator[FaultProxy]:
    with FaultProxy(ecr.endpoint_url) as running:
        yield running


@pytest.fixture
def flaky(repository: Repository, proxy: FaultProxy) -> Image:
    """An image in a repository whose first download of a layer fails."""
    repository.push_image(image(CONTENT), tags="1")
    session = boto3.Session("local", "local", region_name="us-east-1")
    proxy.faults = [Fault(DOWNLOAD, nth=1, effect=Effect.TRUNCATE_AND_CLOSE)]
    return Registry(session, endpoint_url=proxy.url).repository(repository.name).image("1")


DOWNLOADS: dict[str, Callable[[Image, Path, RetryPolicy | None], object]] = {
    "pull": lambda it, folder, retry: it.pull(folder / "layout", retry=retry),
    "save": lambda it, folder, retry: it.save(folder / "app.tar", retry=retry),
    "save to a stream": lambda it, _, retry: it.save(BytesIO(), retry=retry),
    "source": lambda it, _, retry: it.source(retry=retry).open_blob(Digest.of(CONTENT)).read(),
    "layer.download": lambda it, folder, retry: it.layers()[0].download(folder / "layer", retry=retry),
    "layer.open": lambda it, _, retry: it.layers()[0].open(retry=retry).read(),
    "layer.read": lambda it, _, retry: it.layers()[0].read(retry=retry),
}


@pytest.mark.parametrize("name", DOWNLOADS)
def test_one_attempt_to_download_is_one(flaky: Image, proxy: FaultProxy, tmp_path: Path, name: str) -> None:
    with no_waiting(), pytest.raises(TransportError):
        DOWNLOADS[name](flaky, tmp_path, ONCE)

    assert proxy.count(DOWNLOAD) == 1


@pytest.mark.parametrize("name", DOWNLOADS)
def test_downloads_are_retried_by_default(flaky: Image, proxy: FaultProxy, tmp_path: Path, name: str) -> None:
    with no_waiting():
        DOWNLOADS[name](flaky, tmp_path, None)

    assert proxy.count(DOWNLOAD) == 2


def test_one_attempt_to_attach_is_one(flaky: Image, proxy: FaultProxy) -> None:
    proxy.faults = [Fault("UploadLayerPart", nth=1, effect=Effect.DROP_BEFORE)]

    with no_waiting(), pytest.raises(TransportError):
        flaky.attach(b"an SBOM", artifact_type="application/spdx+json", workers=1, retry=ONCE)

    assert proxy.count("UploadLayerPart") == 1


def test_attaching_reports_its_progress(repository: Repository) -> None:
    pushed = repository.push_image(image(noise(5)))
    events: list[LayerEvent] = []

    pushed.attach(b"an SBOM", artifact_type="application/spdx+json", progress=events.append)

    finished = [each.layer for each in events if isinstance(each, LayerFinished)]
    assert sorted(finished) == sorted(Digest.of(each) for each in (b"an SBOM", b"{}"))
