"""The formats of digests and tags, as ECR validates them."""

import re

DIGEST_FORM = "[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+"
TAG_FORM = "[a-zA-Z0-9-_.]+"
_DIGEST = re.compile(r"[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+", re.ASCII)
_TAG = re.compile(r"[a-zA-Z0-9\-_.]+", re.ASCII)


def is_digest(text: str) -> bool:
    """Return whether a string is a well-formed digest of any algorithm."""
    return _DIGEST.fullmatch(text) is not None


def is_tag(text: str) -> bool:
    """Return whether a string is a well-formed tag."""
    return _TAG.fullmatch(text) is not None
