"""What users meet at a prompt: a repr says in a few lines what a thing is, asks nobody, and tells no secret."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrkit import LayerToPush, Registry, RetryPolicy, Upload, models, oci
from ecrkit.local import LocalECR
from ecrkit.policy import LifecyclePolicy, LifecycleRule, PolicyDocument
from ecrkit.push.engine import LayerUpload
from ecrkit.push.sources import BytesSource
from ecrkit.references import ImageReference, RegistryHost, RepositoryArn
from ecrkit.resources._endpoints import api_of, endpoint_of
from ecrkit.testing import FakeTransport

LONGEST = 330  # three lines of a usual terminal

_SECRET = "s3cret"
_FINDING = models.ImageScanFinding(
    name="CVE-2026-1", severity=models.FindingSeverity.HIGH, description="very bad " * 100
)
_POLICY = LifecyclePolicy(
    [LifecycleRule.keep_latest(10, tag_prefixes=["v"]), LifecycleRule.expire_untagged(older_than_days=14)]
)


def things(ecr: LocalECR, folder: Path) -> Iterator[object]:
    registry = Registry(region_name="us-east-1", endpoint_url=ecr.endpoint_url)
    yield from (ecr, registry, registry.client, registry.policy, registry.scanning, registry.replication)
    yield from (registry.settings, registry.signing, registry.docker_credentials(), registry.describe())

    repository = registry.create_repository("team/app")
    yield from (repository, registry.repository("team/app"), registry.repositories(limit=10))
    yield from (
        repository.policy,
        repository.lifecycle_policy,
        repository.resource_tags,
        endpoint_of(repository),
    )

    builder = oci.ImageBuilder("linux/amd64", folder=folder)
    for number in range(8):
        content = folder / str(number)
        content.mkdir()
        (content / "file").write_text(str(number))
        builder.add_layer(content)
    built = builder.build()
    pushed = repository.push_image(built, tags=["1.4.2", "latest"])
    yield from (
        builder,
        built,
        pushed,
        pushed.report,
        repository.image("1.4.2"),
        pushed.describe(),
        pushed.source(),
    )
    yield from (repository.images(tags="v*", status="ANY"), repository.tags(), pushed.referrers())
    yield from (*pushed.layers(), *pushed.history())
    yield oci.OciLayout(pushed.pull(folder / "layout"))
    yield oci.OciArchive(pushed.save(folder / "app.tar"))
    yield oci.DockerArchive(pushed.save(folder / "docker.tar", format="docker"))

    upload = repository.start_upload(b"a layer")
    yield from (upload, upload.state, LayerToPush(_SECRET.encode()), RetryPolicy())

    ecr.findings.set("team/app", [_FINDING])
    waiter = pushed.scan()
    yield from (waiter, waiter.wait(delay=0.1), pushed.findings(), *pushed.findings())

    plan = repository.plan_delete(tags="1.*")
    preview = repository.lifecycle_policy.preview(_POLICY).wait(delay=0.1)
    yield from (plan, *plan.verdicts, plan.apply(), repository.get_images(["1.4.2", "9.9.9"]))
    yield from (_POLICY, *_POLICY.rules, preview, repository.lifecycle_policy.previewed_actions())
    yield PolicyDocument.allow_pull(accounts=["111122223333"])

    host = RegistryHost.parse("123456789012.dkr.ecr.eu-west-1.amazonaws.com")
    yield from (host, ImageReference.parse(f"{host}/team/app:1.4.2"), RepositoryArn.parse(repository.arn))
    yield from (pushed.digest, FakeTransport())


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR() as server:
        yield server


def test_reprs_are_short_and_say_something_and_ask_nobody(ecr: LocalECR, tmp_path: Path) -> None:
    for thing in things(ecr, tmp_path):
        asked = len(ecr.requests)

        text = repr(thing)

        assert len(text) <= LONGEST, text
        assert " object at 0x" not in text
        assert _SECRET not in text
        assert len(ecr.requests) == asked, f"{text} asked"


def test_a_local_ecr_that_does_not_run_says_so() -> None:
    assert repr(LocalECR()) == "LocalECR(not running)"


def test_the_repr_of_an_upload_that_has_not_begun_does_not_begin_it() -> None:
    fake = FakeTransport()
    repository = Registry(fake).repository("team/app")
    upload = Upload(
        repository, LayerUpload(api_of(repository), BytesSource(memoryview(b"x"))), media_type=None
    )

    assert repr(upload) == "Upload('team/app', None)"
    assert fake.requests == []


def test_the_password_in_an_endpoint_is_not_shown() -> None:
    registry = Registry(region_name="us-east-1", endpoint_url=f"http://me:{_SECRET}@127.0.0.1:1")

    assert repr(registry.client) == "Client(BotoTransport('***@127.0.0.1:1'))"
