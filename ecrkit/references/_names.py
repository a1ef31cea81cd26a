"""The grammar of registry ids, repository names and tags, and checks that say which rule a name breaks."""

import re

from ecrkit.errors import InvalidReferenceError
from ecrkit.references._shown import shown

_REGISTRY_ID = re.compile(r"[0-9]{12}")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_REPOSITORY_CHARACTERS = re.compile(r"[a-z0-9._/-]*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")

_SHORTEST_REPOSITORY, _LONGEST_REPOSITORY = 2, 256
# ECR's model allows 300 characters, but Docker, podman and the OCI specification stop at 128: nobody could pull the rest.
_LONGEST_TAG = 128


def check_registry_id(registry_id: str) -> str:
    """Give the registry id back if it is one.

    Raises:
        InvalidReferenceError: It is not the 12 digits of an AWS account.
    """
    if not _REGISTRY_ID.fullmatch(registry_id):
        raise InvalidReferenceError(
            f"{shown(registry_id)} is not a registry id: it must be the 12 digits of an AWS account, as a string"
            " that keeps its leading zeros"
        )
    return registry_id


def check_repository_name(name: str) -> str:
    """Give the name back if a repository may have it: `team/app`, 2 to 256 characters, in lower case.

    Raises:
        InvalidReferenceError: The name breaks a rule of ECR; the message says which.
    """
    if problem := _repository_problem(name):
        raise InvalidReferenceError(f"{shown(name)} is not a repository name: {problem}")
    return name


def check_tag(tag: str) -> str:
    """Give the tag back if an image may have it.

    The rule is that of the OCI specification, which is narrower than ECR's own: a tag that only ECR takes could
    not be pulled by Docker.

    Raises:
        InvalidReferenceError: The tag breaks the rule; the message says how.
    """
    if problem := _tag_problem(tag):
        raise InvalidReferenceError(f"{shown(tag)} is not a tag: {problem}")
    return tag


def _repository_problem(name: str) -> str | None:
    if not _SHORTEST_REPOSITORY <= len(name) <= _LONGEST_REPOSITORY:
        return f"it has {len(name)} characters, must have {_SHORTEST_REPOSITORY} to {_LONGEST_REPOSITORY}"
    if all(_COMPONENT.fullmatch(component) for component in name.split("/")):
        return None
    for breaks, problem in (
        ("://" in name, "it has a scheme; give the name alone, such as 'team/app'"),
        (
            ".dkr" in name.partition("/")[0],
            "it starts with a registry host; give the name alone, such as 'team/app'",
        ),
        ("@" in name, "it has a digest; give the name alone, and the digest apart"),
        (":" in name, "it has a tag; give the name alone, and the tag apart"),
        (name != name.lower(), "it has upper-case letters; ECR takes lower case only"),
        (not _REPOSITORY_CHARACTERS.fullmatch(name), "only a-z, 0-9, '.', '_', '-' and '/' are allowed"),
        (name.startswith("/") or name.endswith("/"), "it must neither start nor end with '/'"),
        ("//" in name, "it has two '/' in a row"),
    ):
        if breaks:
            return problem
    return (
        "each part between slashes must start and end with a letter or digit, with one '.', one '_', two '_' or any"
        " number of '-' between letters and digits"
    )


def _tag_problem(tag: str) -> str | None:
    if not 1 <= len(tag) <= _LONGEST_TAG:
        return f"it has {len(tag)} characters, must have 1 to {_LONGEST_TAG}"
    if _TAG.fullmatch(tag):
        return None
    for breaks, problem in (
        (tag.startswith("sha256:"), "it is a digest; pass it as the digest"),
        ("/" in tag or ":" in tag, "it looks like a whole reference; give what comes after the ':' only"),
        (
            "+" in tag,
            f"no registry takes a '+'; Helm, for one, writes {shown(tag.replace('+', '_'))} instead",
        ),
        (tag.startswith((".", "-")), "it must start with a letter, a digit or '_'"),
    ):
        if breaks:
            return problem
    return "only letters, digits, '.', '_' and '-' are allowed"
