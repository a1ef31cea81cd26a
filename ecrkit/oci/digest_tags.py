"""Tags made of the digest of an image, under which cosign and older tools keep what belongs to it."""

import re

from ecrkit.references import Digest


def cosign_tags(subject: Digest) -> list[str]:
    """Name the tags of the signatures, the attestations and the SBOM of an image, as `cosign triangulate` does."""
    return [f"{subject.algorithm}-{subject.hex}{suffix}" for suffix in (".sig", ".att", ".sbom")]


def subject_of(tag: str) -> Digest | None:
    """Say what a tag is made of: `sha256-8f2d...`, with or without an ending. None for every other tag."""
    match = _DIGEST_TAG.fullmatch(tag)
    return None if match is None else Digest(f"sha256:{match[1]}")


_DIGEST_TAG = re.compile(r"sha256-([0-9a-f]{64})(?:\.[a-z]+)?")
