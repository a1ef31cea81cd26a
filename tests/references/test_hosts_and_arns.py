"""Registry hosts of every partition and form, and repository ARNs, are read and printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidReferenceError
from ecrkit.references import RegistryHost, RepositoryArn, partition_of

ACCOUNT = "123456789012"


@pytest.mark.parametrize(
    ("host", "partition", "region"),
    [
        (f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com", "aws", "eu-west-1"),
        (f"{ACCOUNT}.dkr.ecr.us-gov-west-1.amazonaws.com", "aws-us-gov", "us-gov-west-1"),
        (f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn", "aws-cn", "cn-north-1"),
        (f"{ACCOUNT}.dkr.ecr.eusc-de-east-1.amazonaws.eu", "aws-eusc", "eusc-de-east-1"),
        (f"{ACCOUNT}.dkr.ecr.us-iso-east-1.c2s.ic.gov", "aws-iso", "us-iso-east-1"),
        (f"{ACCOUNT}.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "aws-iso-b", "us-isob-east-1"),
        (f"{ACCOUNT}.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", "aws-iso-e", "eu-isoe-west-1"),
        (f"{ACCOUNT}.dkr.ecr.us-isof-south-1.csp.hci.ic.gov", "aws-iso-f", "us-isof-south-1"),
    ],
)
def test_the_host_of_every_partition_is_read_and_printed(host: str, partition: str, region: str) -> None:
    parsed = RegistryHost.parse(host)

    assert (parsed.registry_id, parsed.partition, parsed.region) == (ACCOUNT, partition, region)
    assert str(parsed) == host


@pytest.mark.parametrize(
    ("host", "fips", "dual_stack"),
    [
        (f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com", True, False),
        (f"{ACCOUNT}.dkr-ecr.us-east-1.on.aws", False, True),
        (f"{ACCOUNT}.dkr-ecr-fips.us-gov-east-1.on.aws", True, True),
        (f"{ACCOUNT}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", False, True),
    ],
)
def test_fips_and_dual_stack_are_read_and_printed(host: str, *, fips: bool, dual_stack: bool) -> None:
    parsed = RegistryHost.parse(host)

    assert (parsed.fips, parsed.dual_stack) == (fips, dual_stack)
    assert str(parsed) == host


@given(
    registry_id=st.from_regex(r"[0-9]{12}", fullmatch=True).filter(str.isascii),
    region=st.sampled_from(["eu-west-1", "us-gov-west-1", "cn-north-1", "mx-central-1", "us-west-2"]),
    fips=st.booleans(),
    dual_stack=st.booleans(),
)
def test_every_host_reads_back_as_itself(
    registry_id: str, region: str, *, fips: bool, dual_stack: bool
) -> None:
    host = RegistryHost(registry_id, region, fips=fips, dual_stack=dual_stack)

    assert RegistryHost.parse(str(host)) == host


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("public.ecr.aws", "ECR Public"),
        ("ecr-public.aws.com", "ECR Public"),
        ("api.ecr.eu-west-1.amazonaws.com", "endpoint of the API"),
        ("ecr.eu-west-1.api.aws", "endpoint of the API"),
        ("ecr-fips.us-east-1.amazonaws.com", "endpoint of the API"),
        (f"https://{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com", "scheme"),
        (f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/app", "after the host"),
        (f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com", "amazonaws.com.cn"),
        (f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.evil.example", "it would be"),
        (f"{ACCOUNT}.dkr-ecr.us-iso-east-1.on.aws", "No dual-stack"),
        ("12345.dkr.ecr.eu-west-1.amazonaws.com", "not the host"),
        ("localhost:5000", "ECR registry; it must"),
    ],
)
def test_what_is_no_ecr_host_is_refused_with_the_reason(host: str, said: str) -> None:
    with pytest.raises(InvalidReferenceError, match=said):
        RegistryHost.parse(host)


def test_a_host_is_read_in_any_case() -> None:
    assert str(RegistryHost.parse(f"{ACCOUNT}.DKR.ecr.eu-west-1.Amazonaws.com")) == (
        f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"
    )


@pytest.mark.parametrize("text", ["{}:443", " {}\n"])
def test_whitespace_and_the_default_port_of_a_host_do_not_matter(text: str) -> None:
    host = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"

    assert str(RegistryHost.parse(text.format(host))) == host


@pytest.mark.parametrize(
    ("registry_id", "region", "said"), [("1", "eu-west-1", "12 digits"), (ACCOUNT, "eu west", "not a region")]
)
def test_a_host_is_not_made_of_malformed_parts(registry_id: str, region: str, said: str) -> None:
    with pytest.raises(InvalidReferenceError, match=said):
        RegistryHost(registry_id, region)


def test_an_arn_is_read_and_printed() -> None:
    text = f"arn:aws-cn:ecr:cn-north-1:{ACCOUNT}:repository/team/app"

    arn = RepositoryArn.parse(text)

    assert arn == RepositoryArn("aws-cn", "cn-north-1", ACCOUNT, "team/app")
    assert str(arn) == text
    assert str(arn.host) == f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("team/app", "must look like"),
        ("arn:aws:ecr:eu-west-1", "must look like"),
        (f"urn:aws:ecr:eu-west-1:{ACCOUNT}:repository/app", "must look like"),
        (f"arn:aws:s3:eu-west-1:{ACCOUNT}:repository/app", "must look like"),
        (f"arn:aws:ecr:eu-west-1:{ACCOUNT}:registry/app", "another resource"),
        (f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/App", "upper-case"),
        (f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/app:1.0", "has a tag"),
        ("arn:aws:ecr:eu-west-1::repository/app", "12 digits"),
        (f"arn:aws:ecr::{ACCOUNT}:repository/app", "region"),
        (f"arn:gcp:ecr:eu-west-1:{ACCOUNT}:repository/app", "partition"),
    ],
)
def test_what_is_no_repository_arn_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(InvalidReferenceError, match=said):
        RepositoryArn.parse(text)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-iso-east-1", "aws-iso"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_region_tells_its_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition
