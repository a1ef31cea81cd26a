"""Runs each example as a reader would, and sees that it does what it says."""

import gzip
import hashlib
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ecrkit import Image, Registry, Repository, models, oci
from ecrkit.local import LocalECR, Settings
from tests.docs.running import PROJECT, run, started

EXAMPLES = sorted(path.name for path in (PROJECT / "examples").glob("*.py"))


@pytest.fixture
def ecr() -> Iterator[LocalECR]:
    with LocalECR(settings=Settings(part_size=1_000, min_part_size=100)) as server:
        yield server


@pytest.fixture
def registry(ecr: LocalECR) -> Registry:
    return ecr.registry()


def example(
    name: str, *arguments: str, ecr: LocalECR, folder: Path, written: str = "", status: int = 0
) -> str:
    """Run an example and give what it prints."""
    ran = run(["-W", "error", str(PROJECT / "examples" / name), *arguments], ecr, folder, written)
    assert ran.returncode == status, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def test_each_example_has_a_test_here() -> None:
    tests = Path(__file__).read_text("utf-8")

    assert [name for name in EXAMPLES if f'"{name}"' not in tests] == []


def test_the_list_of_examples_names_each() -> None:
    listed = (PROJECT / "examples" / "README.md").read_text("utf-8")

    assert [name for name in EXAMPLES if f"]({name})" not in listed] == []


def test_push_an_image(ecr: LocalECR, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "module.py").write_text("print(1)")

    printed = example("push_an_image.py", "--data", "ecr", "--tree", str(tree), ecr=ecr, folder=tmp_path)

    assert "pulled and verified 2 layers" in printed


def test_push_folder(ecr: LocalECR, registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/server.py").write_text("print('hello')")

    example(
        "push_folder.py",
        "team/app",
        "1.0",
        "dist",
        "--",
        "python3",
        "/app/server.py",
        ecr=ecr,
        folder=tmp_path,
    )
    example(
        "push_folder.py", "team/app", "1.1", "dist", "--base", "1.0", "--", "sh", ecr=ecr, folder=tmp_path
    )

    repository = registry.repository("team/app")
    assert repository.image("1.0").config().config.entrypoint == ("python3", "/app/server.py")
    assert len(repository.image("1.1").layers()) == 2


def test_build_tool(ecr: LocalECR, registry: Registry, tmp_path: Path) -> None:
    layers = [write_layer(tmp_path, name) for name in ("base", "app")]
    build = {"platform": "linux/amd64", "entrypoint": ["/app"], "layers": layers}
    (tmp_path / "build.json").write_text(json.dumps(build))

    first = example("build_tool.py", "team/app", "1", "build.json", ecr=ecr, folder=tmp_path)
    (tmp_path / "base.tar.gz").write_bytes(b"other bytes, which nobody reads")
    second = example("build_tool.py", "team/app", "2", "build.json", ecr=ecr, folder=tmp_path)

    assert (first.count(": sent"), second.count(": exists")) == (2, 2)
    assert sorted(registry.repository("team/app").image("2").describe().tags) == ["1", "2"]


def test_resume_after_crash(ecr: LocalECR, registry: Registry, tmp_path: Path) -> None:
    registry.create_repository("team/app")
    (tmp_path / "layer.tar").write_bytes(bytes(range(256)) * 20)  # 5,120 bytes, six parts
    ecr.faults.add("refuse", "UploadLayerPart", nth=4)

    example("resume_after_crash.py", "team/app", "layer.tar", ecr=ecr, folder=tmp_path, status=1)
    printed = example("resume_after_crash.py", "team/app", "layer.tar", ecr=ecr, folder=tmp_path)

    assert "going on after 3,000 bytes" in printed
    assert len(ecr.requests.of("UploadLayerPart")) == 4 + 3
    assert not (tmp_path / "layer.tar.upload").exists()


def test_gate_on_findings(ecr: LocalECR, registry: Registry, tmp_path: Path) -> None:
    push(registry.create_repository("team/app", scan_on_push=True))
    ecr.findings.set("team/app", [finding("CVE-1", "CRITICAL"), finding("CVE-2", "LOW")])

    refused = example("gate_on_findings.py", "team/app", "1", ecr=ecr, folder=tmp_path, status=1)
    example("gate_on_findings.py", "team/app", "1", "--allow", "CVE-1", ecr=ecr, folder=tmp_path)

    assert "linux/amd64: CRITICAL CVE-1 in openssl 3.0.1" in refused
    assert "CVE-2" not in refused


def test_scan_service(ecr: LocalECR, registry: Registry, tmp_path: Path) -> None:
    image = push(registry.create_repository("team/app", scan_on_push=True))
    ecr.findings.set("team/app", [finding("CVE-1", "HIGH"), finding("CVE-2", "HIGH")])

    printed = example("scan_service.py", ecr=ecr, folder=tmp_path, written="team/app:1\nteam/none:1\n")

    answers = {answer["image"]: answer for answer in map(json.loads, printed.splitlines())}
    assert answers["team/app:1"] == {"image": "team/app:1", "digest": image.digest, "findings": {"HIGH": 2}}
    assert "RepositoryNotFoundException" in answers["team/none:1"]["error"]


def test_web_service(ecr: LocalECR, registry: Registry, tmp_path: Path) -> None:
    push(registry.create_repository("team/app"))
    released = registry.create_repository("release/app")
    ecr.faults.add("delay", "BatchGetImage", seconds=5)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with started([str(PROJECT / "examples" / "web_service.py"), str(port)], ecr, tmp_path) as service:
        assert service.stdout is not None
        with connected(port) as client:
            client.sendall(b"POST /releases/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        said = service.stdout.readline()

    assert said == "cancelled 1\n"
    assert list(released.images()) == []


def connected(port: int) -> socket.socket:
    """Connect to a service that is starting."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_copy_with_referrers(ecr: LocalECR, registry: Registry, tmp_path: Path) -> None:
    image = push(registry.create_repository("team/app"))
    (tmp_path / "sbom.json").write_text("{}")

    printed = example(
        "copy_with_referrers.py", "team/app:1", "release/app", "--sbom", "sbom.json", ecr=ecr, folder=tmp_path
    )

    assert "application/spdx+json: sha256:" in printed
    assert registry.repository("release/app").image("1").describe().digest == image.digest


def test_mirror(ecr: LocalECR, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalECR() as elsewhere:
        image = push(elsewhere.registry().create_repository("library/python"), tag="3.12-slim")
        host = log_in(elsewhere, tmp_path, monkeypatch)
        wanted = [
            {"from": f"{host}/library/python", "tags": "3.1?-slim*", "to": "mirror/python"},
            {"from": f"{host}/library/none"},
        ]
        (tmp_path / "images.yaml").write_text(json.dumps(wanted), "utf-8")  # JSON is YAML
        regions = (registry.region_name, "eu-west-3")

        printed = example(
            "mirror.py",
            "images.yaml",
            *(argument for region in regions for argument in ("--to", region)),
            ecr=ecr,
            folder=tmp_path,
            status=1,  # one repository does not exist
        )

    for region in regions:
        there = Registry(region_name=region, endpoint_url=ecr.endpoint_url).repository("mirror/python")
        assert there.image("3.12-slim").describe().digest == image.digest
    assert printed.count("1 image copied") == 2


@pytest.mark.timeout(300)  # four processes that import Dask
def test_mirror_with_dask(
    ecr: LocalECR, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two workers is killed after the first image; the mirror is complete nevertheless."""
    distributed = pytest.importorskip("distributed")
    with LocalECR() as elsewhere, ExitStack() as stack:
        source = elsewhere.registry().create_repository("team/app")
        for number in range(12):
            push(source, f"version {number}", tag=f"1.{number}")
        tags = {each.image_tag: each.image_digest for each in source.tags()}
        host = log_in(elsewhere, tmp_path, monkeypatch)
        address = tmp_path / "scheduler.json"
        stack.enter_context(
            started(
                [
                    "-m",
                    "distributed.cli.dask_scheduler",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    "0",
                    "--no-dashboard",
                    "--scheduler-file",
                    str(address),
                ],
                ecr,
                tmp_path,
            )
        )
        workers = [
            stack.enter_context(
                started(
                    [
                        "-m",
                        "distributed.cli.dask_worker",
                        "--scheduler-file",
                        str(address),
                        "--host",
                        "127.0.0.1",
                        "--no-nanny",
                        "--no-dashboard",
                        "--nthreads",
                        "1",
                    ],
                    ecr,
                    tmp_path,
                )
            )
            for _ in range(2)
        ]
        scheduler = address_in(address, distributed, workers=2)
        program = [
            str(PROJECT / "examples" / "mirror_with_dask.py"),
            scheduler,
            f"{host}/team/app",
            "mirror/app",
        ]

        with started(program, ecr, tmp_path) as mirror:
            assert mirror.stdout is not None
            printed = [mirror.stdout.readline(), mirror.stdout.readline()]
            workers[0].kill()
            printed += mirror.stdout.readlines()
            assert mirror.wait(60) == 0, printed

    copied = registry.repository("mirror/app")
    assert {each.image_tag: each.image_digest for each in copied.tags()} == tags
    assert "12 already in the target" in printed[-1]
    for tag in tags:
        copied.image(str(tag)).pull(tmp_path / "pulled")  # verifies every byte


def test_clean_up(ecr: LocalECR, registry: Registry, tmp_path: Path) -> None:
    repository = registry.create_repository("team/app")
    old, kept = push(repository, "old", tag=None), push(repository)
    ecr.clock.advance(timedelta(days=30))
    ask = ("team/app", "--days", "-1", "--keep", "0")  # the server's clock is ahead of that of the program

    plan = example("clean_up.py", *ask, ecr=ecr, folder=tmp_path)
    assert "1 of 2 images of team/app would be deleted" in plan
    assert old.exists()
    example("clean_up.py", *ask, "--apply", ecr=ecr, folder=tmp_path)

    assert (old.exists(), kept.exists()) == (False, True)


def log_in(elsewhere: LocalECR, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Save a login for another registry as `docker login` does, and return the host of that registry."""
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    credentials = elsewhere.registry().docker_credentials()
    credentials.save_to_docker_config(folder / "config.json")
    return credentials.host


def address_in(file: Path, distributed: Any, *, workers: int) -> str:
    """Return the address of a scheduler of Dask, once it has its workers."""
    for _ in range(300):
        if file.exists() and file.read_text():
            break
        time.sleep(0.1)
    address: str = json.loads(file.read_text())["address"]
    with distributed.Client(address) as client:
        client.wait_for_workers(workers, timeout=30)
    return address


def push(repository: Repository, content: str = "an image", tag: str | None = "1") -> Image:
    layer = repository.push_layer(content.encode())
    config = oci.build_config("linux/amd64", [layer.digest])
    repository.push_layer(config.raw)
    return repository.put_image(oci.build_manifest(config.descriptor(), [layer.descriptor()]), tag)


def finding(name: str, severity: str) -> models.ImageScanFinding:
    return models.ImageScanFinding(
        name=name,
        severity=models.FindingSeverity(severity),
        attributes=[
            models.Attribute(key="package_name", value="openssl"),
            models.Attribute(key="package_version", value="3.0.1"),
        ],
    )


def write_layer(folder: Path, name: str) -> dict[str, str]:
    content = name.encode() * 512
    packed = gzip.compress(content, mtime=0)
    (folder / f"{name}.tar.gz").write_bytes(packed)
    return {
        "path": f"{name}.tar.gz",
        "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}",
        "diff_id": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
