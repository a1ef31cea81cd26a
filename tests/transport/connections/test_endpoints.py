"""Where requests go: what the environment and profiles say, FIPS, dual stack, and the partitions of AWS."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config

from ecrkit import Registry
from ecrkit.errors import EndpointUnreachableError
from tests.stub_server import Stub
from tests.transport.connections.asking import ask

Write = Callable[[str], None]

pytestmark = pytest.mark.usefixtures("keys")
ELSEWHERE = "http://127.0.0.1:9"  # nobody listens there


def endpoint_of(registry: Registry) -> Any:
    return vars(registry.client.transport)["endpoint_url"]


def test_an_argument_says_where_requests_go(stub: Stub) -> None:
    ask(Registry(endpoint_url=stub.url))

    assert len(stub.asked) == 1


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL"])
def test_the_environment_says_where_requests_go(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, stub.url)

    ask(Registry())

    assert len(stub.asked) == 1


def test_the_variable_for_ecr_is_stronger_than_the_one_for_all(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ELSEWHERE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", stub.url)

    ask(Registry())

    assert len(stub.asked) == 1


def test_an_argument_is_stronger_than_the_environment(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", ELSEWHERE)

    ask(Registry(endpoint_url=stub.url))

    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    "profile",
    [
        "[profile near]\nendpoint_url = {url}\n",
        "[profile near]\nservices = local\n\n[services local]\necr =\n  endpoint_url = {url}\n",
    ],
    ids=["endpoint_url", "services"],
)
def test_a_profile_says_where_requests_go(stub: Stub, config_file: Write, profile: str) -> None:
    config_file(profile.format(url=stub.url))

    ask(Registry(boto3.Session("local", "none", region_name="us-east-1", profile_name="near")))

    assert len(stub.asked) == 1


def test_configured_endpoints_may_be_ignored_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", ELSEWHERE)
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")

    assert endpoint_of(Registry()) == "https://api.ecr.us-east-1.amazonaws.com"


def test_configured_endpoints_may_be_ignored_by_the_config(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", ELSEWHERE)

    registry = Registry(config=Config(ignore_configured_endpoint_urls=True))

    assert endpoint_of(registry) == "https://api.ecr.us-east-1.amazonaws.com"


def test_an_endpoint_of_the_environment_where_nobody_listens_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", ELSEWHERE)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(EndpointUnreachableError, match=ELSEWHERE):
        ask(Registry())


# FIPS and dual stack


@pytest.mark.parametrize(
    ("settings", "endpoint"),
    [
        ({"use_fips_endpoint": True}, "https://ecr-fips.us-east-1.amazonaws.com"),
        ({"use_dualstack_endpoint": True}, "https://ecr.us-east-1.api.aws"),
        (
            {"use_fips_endpoint": True, "use_dualstack_endpoint": True},
            "https://ecr-fips.us-east-1.api.aws",
        ),
    ],
)
def test_the_config_chooses_fips_and_dual_stack(settings: dict[str, Any], endpoint: str) -> None:
    assert endpoint_of(Registry(config=Config(**settings))) == endpoint


@pytest.mark.parametrize(
    ("names", "endpoint"),
    [
        (["AWS_USE_FIPS_ENDPOINT"], "https://ecr-fips.us-east-1.amazonaws.com"),
        (["AWS_USE_DUALSTACK_ENDPOINT"], "https://ecr.us-east-1.api.aws"),
        (["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"], "https://ecr-fips.us-east-1.api.aws"),
    ],
)
def test_the_environment_chooses_fips_and_dual_stack(
    monkeypatch: pytest.MonkeyPatch, names: list[str], endpoint: str
) -> None:
    for name in names:
        monkeypatch.setenv(name, "true")

    assert endpoint_of(Registry()) == endpoint


def test_a_profile_chooses_fips_and_dual_stack(config_file: Write) -> None:
    config_file("[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n")

    assert endpoint_of(Registry()) == "https://ecr-fips.us-east-1.api.aws"


@pytest.mark.parametrize(
    ("region", "host", "endpoint"),
    [
        (
            "us-gov-west-1",
            "dkr.ecr.us-gov-west-1.amazonaws.com",
            "https://api.ecr.us-gov-west-1.amazonaws.com",
        ),
        (
            "us-gov-west-1",
            "dkr.ecr-fips.us-gov-west-1.amazonaws.com",
            "https://ecr-fips.us-gov-west-1.amazonaws.com",
        ),
        ("cn-north-1", "dkr.ecr.cn-north-1.amazonaws.com.cn", "https://api.ecr.cn-north-1.amazonaws.com.cn"),
        (
            "cn-north-1",
            "dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
            "https://ecr.cn-north-1.api.amazonwebservices.com.cn",
        ),
        ("us-iso-east-1", "dkr.ecr.us-iso-east-1.c2s.ic.gov", "https://api.ecr.us-iso-east-1.c2s.ic.gov"),
        (
            "us-isob-east-1",
            "dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
            "https://api.ecr.us-isob-east-1.sc2s.sgov.gov",
        ),
        (
            "eu-isoe-west-1",
            "dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
            "https://api.ecr.eu-isoe-west-1.cloud.adc-e.uk",
        ),
        (
            "us-isof-south-1",
            "dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
            "https://api.ecr.us-isof-south-1.csp.hci.ic.gov",
        ),
        (
            "eusc-de-east-1",
            "dkr.ecr.eusc-de-east-1.amazonaws.eu",
            "https://api.ecr.eusc-de-east-1.amazonaws.eu",
        ),
    ],
)
def test_each_partition_is_asked_at_its_own_endpoint(region: str, host: str, endpoint: str) -> None:
    registry = Registry.from_uri(f"123456789012.{host}/team/app")

    assert (registry.region_name, endpoint_of(registry)) == (region, endpoint)


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "us-iso-east-1", "eusc-de-east-1"])
def test_a_region_alone_leads_to_the_endpoint_of_its_partition(region: str) -> None:
    assert f"//api.ecr.{region}." in endpoint_of(Registry(region_name=region))
