"""Validation of registry ids, repository names and tags, with messages that name the violated rule."""

import re

from ecrkit._arguments import expect
from ecrkit.errors import InvalidReferenceError
from ecrkit.references._shown import shown

_REGISTRY_ID = re.compile(r"[0-9]{12}")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_REGISTRY_HOST = re.compile(r"(?:https?://)?[0-9]{12}\.dkr[.-]ecr[^/]*/?")
_REPOSITORY_CHARACTERS = re.compile(r"[a-z0-9._/-]*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")

_SHORTEST_REPOSITORY, _LONGEST_REPOSITORY = 2, 256
# ECR's model allows 300 characters, but Docker, podman and the OCI specification allow 128: longer tags could not be pulled.
_LONGEST_TAG = 128


def check_registry_id(registry_id: str) -> str:
    """Return the registry id if it is valid.

    Raises:
        InvalidReferenceError: It is not the 12 digits of an AWS account.
    """
    expect("registry_id", registry_id, str, "the 12 digits of an AWS account as a string")
    if not _REGISTRY_ID.fullmatch(registry_id):
        raise InvalidReferenceError(
            f"{shown(registry_id)} is not a registry id: it must be the 12 digits of an AWS account, as a string"
            " that keeps its leading zeros"
        )
    return registry_id


def check_repository_name(name: str) -> str:
    """Return the name if it is a valid repository name: `team/app`, 2 to 256 characters, in lower case.

    Raises:
        InvalidReferenceError: The name breaks a rule of ECR; the message says which.
    """
    expect("The name of a repository", name, str, "a string such as 'team/app'")
    if problem := _repository_problem(name):
        raise InvalidReferenceError(f"{shown(name)} is not a repository name: {problem}")
    return name


def check_tag(tag: str) -> str:
    """Return the tag if it is valid.

    The rule is that of the OCI specification, which is narrower than ECR's own: a tag that only ECR takes could
    not be pulled by Docker.

    Raises:
        InvalidReferenceError: The tag breaks the rule; the message says how.
    """
    expect("A tag", tag, str, "a string such as '1.4.2'")
    if problem := _tag_problem(tag):
        raise InvalidReferenceError(f"{shown(tag)} is not a tag: {problem}")
    return tag


def _repository_problem(name: str) -> str | None:
    if not _SHORTEST_REPOSITORY <= len(name) <= _LONGEST_REPOSITORY:
        return f"it has {len(name)} characters, must have {_SHORTEST_REPOSITORY} to {_LONGEST_REPOSITORY}"
    if match := _REGISTRY_HOST.match(name):
        bare = re.split("[:@]", name[match.end() :])[0]
        return (
            f"it starts with a registry host; pass the name alone, {shown(bare or 'team/app')}, or the whole reference"
            " to Registry.image_from_uri()"
        )
    if all(_COMPONENT.fullmatch(component) for component in name.split("/")):
        return None
    for breaks, problem in (
        ("://" in name, "it has a scheme; pass the name alone, such as 'team/app'"),
        ("@" in name, "it has a digest; pass the name alone, and the digest separately"),
        (":" in name, "it has a tag; pass the name alone, and the tag separately"),
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
        ("/" in tag or ":" in tag, "it is a whole reference; pass only what comes after the ':'"),
        (
            "+" in tag,
            f"it must not contain '+'; Helm, for example, writes {shown(tag.replace('+', '_'))} instead",
        ),
        (tag.startswith((".", "-")), "it must start with a letter, a digit or '_'"),
    ):
        if breaks:
            return problem
    return "only letters, digits, '.', '_' and '-' are allowed"
