"""The page for people."""

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from ecrkit.local import LocalECR, Settings
from tests.local.clients import Repository, digest_of, make_client


def test_the_page_lists_repositories(ecr: LocalECR, repository: Repository) -> None:
    assert f">{repository.name}</a>" in httpx.get(ecr.endpoint_url).text


def test_a_repository_shows_images_tags_and_layers(ecr: LocalECR, repository: Repository) -> None:
    manifest = repository.image("the layer", tag="v1.2.3")

    page = httpx.get(
        ecr.endpoint_url,
        params={"account": "000000000000", "region": "us-east-1", "repository": repository.name},
    ).text

    assert all(each in page for each in (digest_of(manifest), "v1.2.3", digest_of("the layer")))


def test_what_was_pushed_is_escaped(ecr: LocalECR, repository: Repository) -> None:
    repository.image("evil", tag="1", artifactType="<script>alert(1)</script>")

    answer = httpx.get(
        ecr.endpoint_url,
        params={"account": "000000000000", "region": "us-east-1", "repository": repository.name},
    )

    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_repository_that_is_not_there_is_not_found(ecr: LocalECR) -> None:
    assert httpx.get(f"{ecr.endpoint_url}/?repository=<b>").status_code == 404


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
