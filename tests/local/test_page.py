"""The page for people."""

import base64
import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ClientError

from ecrkit import models
from ecrkit.local import LocalECR, Settings
from tests.local.clients import Repository, digest_of, index_of, make_client


@pytest.fixture
def show(ecr: LocalECR, repository: Repository) -> Callable[..., httpx.Response]:
    def get(**query: str) -> httpx.Response:
        named = {"account": "000000000000", "region": "us-east-1", "repository": repository.name}
        return httpx.get(ecr.endpoint_url, params={**named, **query})

    return get


def test_the_page_lists_repositories(ecr: LocalECR, repository: Repository) -> None:
    assert f">{repository.name}</a>" in httpx.get(ecr.endpoint_url).text


def test_a_repository_shows_its_images_newest_first(
    repository: Repository, show: Callable[..., httpx.Response]
) -> None:
    repository.image("one", tag="v1")
    repository.put(repository.image("two", tag="v2"), tag="stable")

    page = show().text

    assert page.index(">stable<") < page.index(">v2<") < page.index(">v1<")


def test_a_repository_shows_how_to_pull_its_newest_tag(
    ecr: LocalECR, repository: Repository, show: Callable[..., httpx.Response]
) -> None:
    repository.image(tag="v1")

    assert f"docker pull {ecr.endpoint_url[7:]}/{repository.name}:v1" in show().text


def test_an_image_shows_layers_manifest_and_config(
    repository: Repository, show: Callable[..., httpx.Response]
) -> None:
    manifest = repository.image("the layer", tag="v1.2.3")

    page = show(image=digest_of(manifest)).text

    assert digest_of("the layer") in page
    assert "&quot;schemaVersion&quot;: 2" in page
    assert "<h2>Config</h2><pre>{}</pre>" in page


def test_an_image_shows_what_a_scan_found(
    ecr: LocalECR, repository: Repository, show: Callable[..., httpx.Response]
) -> None:
    manifest = repository.image(tag="1")
    bad = models.ImageScanFinding(name="CVE-<1>", severity=models.FindingSeverity.HIGH)
    ecr.findings.set(repository.name, [bad])
    repository.client.start_image_scan(repositoryName=repository.name, imageId={"imageTag": "1"})

    assert "CVE-&lt;1&gt;" in show(image=digest_of(manifest)).text


def test_an_index_and_its_images_lead_to_each_other(
    repository: Repository, show: Callable[..., httpx.Response]
) -> None:
    child = repository.image()
    index = index_of(child)
    repository.put(index, tag="1")

    assert digest_of(child) in show(image=digest_of(index)).text
    assert digest_of(index).replace(":", "%3A") in show(image=digest_of(child)).text


def test_the_log_shows_requests_and_faults(ecr: LocalECR, repository: Repository) -> None:
    ecr.faults.add("throttle", "InitiateLayerUpload")
    with pytest.raises(ClientError):
        repository.begin()

    page = httpx.get(f"{ecr.endpoint_url}/?show=requests").text

    assert "InitiateLayerUpload" in page
    assert "throttle" in page


def test_events_are_shown(ecr: LocalECR, repository: Repository) -> None:
    repository.image(tag="1")

    assert "ECR Image Action" in httpx.get(f"{ecr.endpoint_url}/?show=events").text


def test_what_was_pushed_is_escaped(repository: Repository, show: Callable[..., httpx.Response]) -> None:
    evil = "<script>alert(1)</script>"
    manifest = repository.image("evil", tag="1", artifactType=evil, annotations={"a": evil})

    pages = [show(), show(image=digest_of(manifest))]

    assert [each.text.count("<script>") for each in pages] == [1, 1]
    assert "&lt;script&gt;" in pages[1].text


def test_only_the_script_of_the_page_may_run(show: Callable[..., httpx.Response]) -> None:
    answer = show()
    script = answer.text.partition("<script>")[2].partition("</script>")[0]
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    policy = answer.headers["content-security-policy"]

    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{allowed}';" in policy


@pytest.mark.parametrize("query", ["repository=<b>", "repository=x&show=", "repository=a&image=sha256:1"])
def test_what_does_not_exist_is_not_found(ecr: LocalECR, query: str) -> None:
    assert httpx.get(f"{ecr.endpoint_url}/?{query}").status_code == 404


def test_a_browser_renders_the_page(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    picture = tmp_path / "page.png"
    with LocalECR(settings=Settings(part_size=10, min_part_size=5)) as ecr:
        client = make_client(ecr)
        Repository.create(client, "team/app").image("layer", tag="1.0")
        client.close()
        subprocess.run(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--user-data-dir={tmp_path / 'profile'}",
                "--window-size=1200,600",
                f"--screenshot={picture}",
                f"{ecr.endpoint_url}/",
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )

    assert picture.stat().st_size > 5_000
