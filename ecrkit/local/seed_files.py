"""Seed files: the initial content of a registry."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ecrkit import models
from ecrkit.errors import InvalidInputError

ModelT = TypeVar("ModelT", bound=BaseModel)


class _SeedModel(BaseModel):
    # Numbers become strings, so that a tag such as 17 needs no quotes.
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, frozen=True)


class SeedFile(_SeedModel):
    """A file or folder to copy into an image."""

    source: str = Field(alias="from")
    """Path, relative to the seed file."""


class SeedImage(_SeedModel):
    """An image to build."""

    tags: list[str] = []
    platforms: list[str] = ["linux/amd64"]
    """Platforms; several create an index with an image for each."""

    files: dict[str, str | SeedFile] = {}
    """Files by path in the image: the content, or its source. Defaults to a generated `/seed.txt`."""

    labels: dict[str, str] = {}
    findings: list[models.ImageScanFinding] | None = None
    """Scan findings, in the format of `aws ecr describe-image-scan-findings`."""


class SeedRepository(_SeedModel):
    """A repository with its settings and images."""

    name: str
    tag_mutability: models.ImageTagMutability | None = None
    tag_mutability_exclusions: list[str] = []
    scan_on_push: bool = False
    resource_tags: dict[str, str] = {}
    policy: dict[str, Any] | str | None = None
    lifecycle_policy: dict[str, Any] | str | None = None
    images: list[SeedImage] = []


class Seed(_SeedModel):
    """The content of a registry."""

    account: str | None = None
    """Defaults to the account of the settings."""

    region: str | None = None
    """Defaults to the region of the settings."""

    registry_policy: dict[str, Any] | str | None = None
    repositories: list[SeedRepository] = []


def read_seed(path: Path) -> Seed:
    """Read a seed from a YAML or JSON file.

    Raises:
        InvalidInputError: The file cannot be read, or has other content.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content: object = json.loads(text) if path.suffix == ".json" else yaml.load(text, _Loader)  # noqa: S506 -- a safe loader
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InvalidInputError(f"Cannot read the seed {path}: {error}") from error
    return validated(Seed, {} if content is None else content, what=f"The seed {path}")


def validated(kind: type[ModelT], content: object, *, what: str) -> ModelT:
    """Validate a decoded file.

    Raises:
        InvalidInputError: A member is unknown or has the wrong type; the message says where.
    """
    if not isinstance(content, Mapping):
        raise InvalidInputError(f"{what} must be an object, not {type(content).__name__}")
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InvalidInputError(f"{what}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


class _Loader(yaml.SafeLoader):
    """Keeps `1.10` and `2026-11-28` as strings: they are tags, not numbers and dates."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- as the base class has it
        first: [each for each in resolvers if not each[0].endswith((":float", ":timestamp"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
