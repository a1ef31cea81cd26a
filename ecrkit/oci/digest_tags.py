"""Tags derived from a digest, used by cosign and older tools for artifacts of an image."""

import re

from ecrkit.references import Digest


def cosign_tags(subject: Digest) -> list[str]:
    """Return the tags of an image's signatures, attestations and SBOM, as `cosign triangulate` does."""
    return [f"{subject.algorithm}-{subject.hex}{suffix}" for suffix in (".sig", ".att", ".sbom")]


def subject_of(tag: str) -> Digest | None:
    """Return the digest in a tag such as `sha256-8f2d...`, with or without a suffix; None for other tags."""
    match = _DIGEST_TAG.fullmatch(tag)
    return None if match is None else Digest(f"sha256:{match[1]}")


_DIGEST_TAG = re.compile(r"sha256-([0-9a-f]{64})(?:\.[a-z]+)?")
