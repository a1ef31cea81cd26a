"""The host name of a registry, in every partition, with and without FIPS and dual stack."""

import re
from dataclasses import dataclass
from typing import Self

from ecrkit.errors import InvalidReferenceError
from ecrkit.references._names import check_registry_id
from ecrkit.references._shown import shown


@dataclass(frozen=True, slots=True)
class _Partition:
    name: str
    regions: str  # how the names of its regions start
    domain: str
    dual_stack_domain: str | None


# The domains are those of the grammar of AWS's own credential helper (amazon-ecr-credential-helper,
# ecr-login/api/client.go); regions and partitions as in botocore's partitions.json.
_PARTITIONS = (
    _Partition("aws-cn", "cn-", "amazonaws.com.cn", "on.amazonwebservices.com.cn"),
    _Partition("aws-us-gov", "us-gov-", "amazonaws.com", "on.aws"),
    _Partition("aws-iso", "us-iso-", "c2s.ic.gov", None),
    _Partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", None),
    _Partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", None),
    _Partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov", None),
    _Partition("aws-eusc", "eusc-", "amazonaws.eu", None),
    _Partition("aws", "", "amazonaws.com", "on.aws"),  # last: every name starts with ""
)

_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
_HOST = re.compile(
    r"(?P<registry_id>[0-9]{12})\.dkr(?P<separator>[.-])ecr(?P<fips>-fips)?\.(?P<region>[a-z0-9][a-z0-9-]*)\.(?P<domain>[a-z0-9.-]+)"
)


@dataclass(frozen=True, slots=True)
class RegistryHost:
    """The registry host of an account: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`.

    Example:
        >>> str(RegistryHost("123456789012", "us-east-1", dual_stack=True))
        '123456789012.dkr-ecr.us-east-1.on.aws'
    """

    registry_id: str
    """The 12 digits of the account."""

    region: str
    """For example `eu-west-1`; determines the partition."""

    fips: bool = False
    """Whether the endpoint uses cryptography validated under FIPS 140."""

    dual_stack: bool = False
    """Whether the name also has IPv6 addresses."""

    def __post_init__(self) -> None:
        check_registry_id(self.registry_id)
        if not _REGION.fullmatch(self.region):
            raise InvalidReferenceError(
                f"{shown(self.region)} is not a region; it must look like 'eu-west-1'"
            )
        if self.dual_stack and _partition(self.region).dual_stack_domain is None:
            raise InvalidReferenceError(
                f"No dual-stack host names are known for {self.region}, in the partition {self.partition}"
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the host name of a private registry. The port 443, which is the default, is dropped.

        Raises:
            InvalidReferenceError: It is something else: another registry, ECR Public, the endpoint of the API, a URL, or a
                domain that does not belong to the region.
        """
        name = text.strip().lower()
        found = _HOST.fullmatch(name.removesuffix(":443"))
        if found is None:
            raise InvalidReferenceError(
                f"{shown(text)} is not the host of a private ECR registry{_usual_mistake(name)};"
                " it must look like 123456789012.dkr.ecr.eu-west-1.amazonaws.com"
            )
        dual_stack = found["separator"] == "-"
        host = cls(
            found["registry_id"], found["region"], fips=found["fips"] is not None, dual_stack=dual_stack
        )
        if str(host) != found.group():
            raise InvalidReferenceError(
                f"{shown(text)} is not the host of a private ECR registry: in {host.region}, of the partition"
                f" {host.partition}, it would be {host}"
            )
        return host

    @property
    def partition(self) -> str:
        """The partition of the region, for example `aws` or `aws-cn`."""
        return partition_of(self.region)

    def __str__(self) -> str:
        partition = _partition(self.region)
        name = ("dkr-ecr" if self.dual_stack else "dkr.ecr") + ("-fips" if self.fips else "")
        domain = partition.dual_stack_domain if self.dual_stack else partition.domain
        return f"{self.registry_id}.{name}.{self.region}.{domain}"


def partition_of(region: str) -> str:
    """Return the partition of a region, for example `aws` or `aws-cn`."""
    return _partition(region).name


def _partition(region: str) -> _Partition:
    return next(each for each in _PARTITIONS if region.startswith(each.regions))


def _usual_mistake(host: str) -> str:
    if "://" in host:
        return " (omit the scheme)"
    if "/" in host:
        return " (omit what comes after the host)"
    if host in {"public.ecr.aws", "ecr-public.aws.com"}:
        return " (this is ECR Public)"
    if host.startswith(("api.ecr", "ecr.", "ecr-fips.")):
        return " (this is the endpoint of the API)"
    return ""
