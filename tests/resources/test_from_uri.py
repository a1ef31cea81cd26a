"""From the names that Docker uses to a registry and the images in it."""

from typing import Any, cast

import boto3
import pytest

from ecrkit import DescribedRepository, Registry, models
from ecrkit.errors import InvalidReferenceError
from ecrkit.local import LocalECR
from ecrkit.testing import FakeTransport

ACCOUNT = "123456789012"
HOST = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = "sha256:" + "a" * 64


@pytest.fixture
def fake() -> FakeTransport:
    return FakeTransport(region_name="eu-west-1")


@pytest.fixture
def registry(fake: FakeTransport) -> Registry:
    return Registry(fake)


def session(region: str | None = None) -> boto3.Session:
    return boto3.Session("an-id", "a-key", region_name=region)


def endpoint_of(registry: Registry) -> Any:
    return vars(registry.client.transport)["endpoint_url"]


@pytest.mark.parametrize("rest", ["", "/team/app", "/team/app:1.2", f"/team/app@{DIGEST}"])
def test_account_and_region_are_those_of_the_uri(rest: str) -> None:
    registry = Registry.from_uri(HOST + rest, session("us-east-1"))

    assert (registry.registry_id, registry.region_name) == (ACCOUNT, "eu-west-1")


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        (HOST, "https://api.ecr.eu-west-1.amazonaws.com"),
        (f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn", "https://api.ecr.cn-north-1.amazonaws.com.cn"),
        (f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com", "https://ecr-fips.us-east-1.amazonaws.com"),
        (f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws", "https://ecr.eu-west-1.api.aws"),
        (f"{ACCOUNT}.dkr-ecr-fips.us-east-1.on.aws", "https://ecr-fips.us-east-1.api.aws"),
    ],
)
def test_requests_go_where_the_host_says(host: str, endpoint: str) -> None:
    assert endpoint_of(Registry.from_uri(host, session())) == endpoint


def test_an_endpoint_of_ones_own_wins() -> None:
    registry = Registry.from_uri(HOST, session(), endpoint_url="http://127.0.0.1:5005")

    assert endpoint_of(registry) == "http://127.0.0.1:5005"


@pytest.mark.parametrize(
    "uri",
    [
        "public.ecr.aws/nginx/nginx:latest",
        "nginx",
        f"https://{HOST}",
        f"{HOST}/Team/App",
        f"{HOST}/team/app:",
        f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.evil.example/team/app",
    ],
)
def test_what_is_no_uri_of_a_private_registry_is_refused(uri: str, fake: FakeTransport) -> None:
    with pytest.raises(InvalidReferenceError):
        Registry.from_uri(uri, fake)


def test_a_client_of_another_region_is_refused() -> None:
    client = cast("Any", session()).client("ecr", region_name="us-east-1")

    with pytest.raises(InvalidReferenceError, match="us-east-1"):
        Registry.from_uri(HOST, client=client)


@pytest.mark.parametrize(
    ("rest", "named"),
    [
        ("team/app:1.2", (None, "1.2")),
        (f"team/app@{DIGEST}", (DIGEST, None)),
        (f"team/app:1.2@{DIGEST}", (DIGEST, None)),
    ],
)
def test_an_image_is_found_by_its_reference(
    rest: str, named: tuple[str | None, str | None], fake: FakeTransport
) -> None:
    image = Registry(fake, registry_id=ACCOUNT).image_from_uri(f"{HOST}/{rest}")

    assert image.repository.name == "team/app"
    assert (image.digest, image.tag_name) == named


def test_a_reference_without_tag_and_digest_names_no_image(registry: Registry) -> None:
    with pytest.raises(InvalidReferenceError, match="add a tag or a digest"):
        registry.image_from_uri(f"{HOST}/team/app")


@pytest.mark.parametrize(
    "host",
    [
        f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com",
        "999999999999.dkr.ecr.eu-west-1.amazonaws.com",
        "ghcr.io",
    ],
)
def test_an_image_of_another_registry_is_refused(host: str, fake: FakeTransport) -> None:
    with pytest.raises(InvalidReferenceError, match="is not in Registry"):
        Registry(fake, registry_id=ACCOUNT).image_from_uri(f"{host}/team/app:1.2")


def test_a_whole_reference_gives_registry_and_image_in_one_line(fake: FakeTransport) -> None:
    uri = f"{HOST}/team/app:1.2"

    assert Registry.from_uri(uri, fake).image_from_uri(uri).tag_name == "1.2"


def test_an_image_knows_the_reference_that_it_was_found_by() -> None:
    uri = f"{ACCOUNT}.dkr.ecr-fips.eu-west-1.amazonaws.com/team/app:1.2"
    registry = Registry.from_uri(uri, session())

    assert registry.image_from_uri(uri).find_uri() == uri


@pytest.mark.parametrize("named", [{"tag": "1.2"}, {"digest": DIGEST}])
def test_ecr_is_asked_for_the_host_of_an_image(named: dict[str, str], fake: FakeTransport) -> None:
    fake.answers(models.DescribeRepositoriesResponse(repositories=[repository_details(f"{HOST}/team/app")]))
    image = Registry(fake).repository("team/app").image(**named)

    uri = image.find_uri()

    assert uri == (f"{HOST}/team/app:1.2" if "tag" in named else f"{HOST}/team/app@{DIGEST}")


@pytest.mark.parametrize("said", [f"{HOST}/team/app", None])
def test_a_described_repository_knows_its_uri(said: str | None, fake: FakeTransport) -> None:
    repository = DescribedRepository(Registry(fake), repository_details(said))

    assert repository.image("1.2").find_uri() == f"{HOST}/team/app:1.2"
    assert fake.requests == []


def test_a_registry_found_by_its_uri_keeps_the_host_that_was_said(fake: FakeTransport) -> None:
    said = f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws"
    repository = DescribedRepository(Registry.from_uri(said, fake), repository_details(f"{HOST}/team/app"))

    assert repository.find_uri() == f"{said}/team/app"


def test_an_image_of_the_local_ecr_is_found_by_its_reference(local_ecr: LocalECR) -> None:
    registry = local_ecr.registry()
    registry.create_repository("team/app")
    image = registry.repository("team/app").image("1.2")

    found = registry.image_from_uri(image.find_uri())

    assert (found.repository.name, found.tag_name) == ("team/app", "1.2")


@pytest.mark.parametrize("what", ["repository", "image"])
def test_a_registry_is_found_by_a_uri_of_the_local_ecr(what: str, local_ecr: LocalECR) -> None:
    repository = local_ecr.registry().create_repository("from/uri", exist_ok=True)
    uri = repository.find_uri() if what == "repository" else repository.image("1.2").find_uri()

    registry = Registry.from_uri(uri, session("us-east-1"))

    assert "from/uri" in [each.name for each in registry.repositories()]
    assert registry.repository("from/uri").find_uri() == repository.find_uri()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_names_of_this_machine_are_one_registry(name: str, local_ecr: LocalECR) -> None:
    port = local_ecr.endpoint_url.rpartition(":")[2]
    registry = local_ecr.registry()

    assert registry.image_from_uri(f"{name}:{port}/team/app:1.2").tag_name == "1.2"
    with pytest.raises(InvalidReferenceError, match="is not in Registry"):
        registry.image_from_uri(f"{name}:1/team/app:1.2")


def test_a_local_ecr_on_another_host_is_found_with_its_endpoint() -> None:
    with pytest.raises(InvalidReferenceError, match="not the host"):
        Registry.from_uri("ecr:5005/team/app:1.2", session("us-east-1"))

    registry = Registry.from_uri("ecr:5005/team/app", session("us-east-1"), endpoint_url="http://ecr:5005")

    assert endpoint_of(registry) == "http://ecr:5005"


def test_an_arn_is_told_from_a_uri(fake: FakeTransport) -> None:
    with pytest.raises(InvalidReferenceError, match="is an ARN"):
        Registry.from_uri(f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/app", fake)


@pytest.mark.parametrize("uri", [f" {HOST}\n", f"{HOST}:443", f"{HOST}:443/team/app:1.2"])
def test_whitespace_and_the_default_port_of_a_uri_do_not_matter(uri: str, fake: FakeTransport) -> None:
    assert str(Registry.from_uri(uri, fake).host) == HOST


def repository_details(uri: str | None) -> models.Repository:
    return models.Repository(
        registry_id=ACCOUNT,
        repository_arn=f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/app",
        repository_name="team/app",
        repository_uri=uri,
    )
