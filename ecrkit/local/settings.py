"""`Settings`: the sizes, limits and lifetimes of one local ECR, each with the value that the service has."""

from dataclasses import dataclass

from ecrkit._strings import items_of

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a test may want smaller, shorter or stricter than the service has it.

    Lifetimes and durations are seconds of the server's own clock (`LocalECR.clock`).
    """

    account: str = "000000000000"
    """The account of callers whose access key id is not itself an account of 12 digits."""

    region: str = "us-east-1"
    """The region of callers that name none, as those of the registry wire may."""

    part_size: int = 10 * MIB
    """What InitiateLayerUpload asks for."""

    min_part_size: int = 5 * MIB
    """Below this, a part that is not the last makes CompleteLayerUpload fail."""

    max_part_size: int = 20_971_520
    max_layer_parts: int = 4_200
    max_layer_size: int = 52_000 * MIB
    max_tags_per_image: int = 1_000
    max_image_layers: int = 500
    """AWS does not publish it; nuonco/nuon#2348 and spinframework/spin#1787 measured it, as did others."""

    max_body_size: int = 32 * MIB
    """A longer request body is refused with 413 before it is read."""

    upload_lifetime: float = 24 * 3600
    url_lifetime: float = 3600
    token_lifetime: float = 12 * 3600

    layer_lifetime: float = 24 * 3600
    """Seconds after which a layer that no image refers to may be cleaned up."""

    preview_duration: float = 0
    """Seconds that a lifecycle policy preview is IN_PROGRESS."""

    preview_lifetime: float = 24 * 3600
    scan_duration: float = 0
    """Seconds that a scan is IN_PROGRESS."""

    clean_scans: bool = False
    """Whether scans without given findings complete and find nothing, instead of ending with FINDINGS_UNAVAILABLE.

    Turned on in the pytest fixture `local_ecr`, so that pipelines that wait for a scan run unchanged.
    """

    restore_duration: float = 0
    """Seconds that an image from the archive is ACTIVATING; up to 20 minutes in the service."""

    lifecycle_interval: float = 24 * 3600
    """Seconds between two executions of a lifecycle policy, and at most before the first."""

    backfill_duration: float = 0
    """Seconds that a replication backfill takes."""

    allowed_hosts: tuple[str, ...] = ()
    """Host names by which the server may be addressed, besides loopback names and addresses.

    A server on loopback answers others with 403, so that a web page whose name resolves to 127.0.0.1 (DNS rebinding)
    cannot use it. A server that listens on another address answers to any name if this is empty.
    """

    anonymous: bool = False
    """Whether the registry wire lets in who does not log in, as ECR never does."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "allowed_hosts", items_of(self.allowed_hosts))
