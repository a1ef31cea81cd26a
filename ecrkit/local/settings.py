"""`Settings`: sizes, limits and lifetimes of a local ECR, with the service's values as defaults."""

from dataclasses import dataclass

from ecrkit._strings import items_of

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Sizes, limits and lifetimes that a test may make smaller, shorter or stricter.

    Lifetimes and durations are seconds of the server's own clock (`LocalECR.clock`).
    """

    account: str = "000000000000"
    """Account of callers whose access key id is not an account id of 12 digits."""

    region: str = "us-east-1"
    """Region of callers that name none, such as clients of the registry protocol."""

    part_size: int = 10 * MIB
    """Part size returned by InitiateLayerUpload, in bytes."""

    min_part_size: int = 5 * MIB
    """CompleteLayerUpload fails if any part but the last is smaller."""

    max_part_size: int = 20_971_520
    max_layer_parts: int = 4_200
    max_layer_size: int = 52_000 * MIB
    max_tags_per_image: int = 1_000
    max_image_layers: int = 500
    """Not published by AWS; measured by nuonco/nuon#2348, spinframework/spin#1787 and others."""

    max_body_size: int = 32 * MIB
    """Longer request bodies are refused with 413 before they are read."""

    upload_lifetime: float = 24 * 3600
    url_lifetime: float = 3600
    token_lifetime: float = 12 * 3600

    layer_lifetime: float = 24 * 3600
    """Seconds after which a layer that no image refers to may be cleaned up."""

    preview_duration: float = 0
    """Seconds that a lifecycle policy preview stays IN_PROGRESS."""

    preview_lifetime: float = 24 * 3600
    scan_duration: float = 0
    """Seconds that a scan stays IN_PROGRESS."""

    clean_scans: bool = False
    """Whether scans without findings set end with COMPLETE and no findings, instead of FINDINGS_UNAVAILABLE.

    Turned on in the pytest fixture `local_ecr`, so that pipelines that wait for a scan run unchanged.
    """

    restore_duration: float = 0
    """Seconds that a restored image stays ACTIVATING; up to 20 minutes in the service."""

    lifecycle_interval: float = 24 * 3600
    """Seconds between two runs of a lifecycle policy, and at most before the first."""

    backfill_duration: float = 0
    """Seconds that a replication backfill takes."""

    allowed_hosts: tuple[str, ...] = ()
    """Host names that the server accepts, besides loopback names and addresses.

    A server on loopback refuses others with 403, so that a web page whose name resolves to 127.0.0.1 (DNS rebinding)
    cannot use it. A server on another address accepts any name if this is empty.
    """

    anonymous: bool = False
    """Whether the registry protocol accepts anonymous clients, unlike ECR."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "allowed_hosts", items_of(self.allowed_hosts))
