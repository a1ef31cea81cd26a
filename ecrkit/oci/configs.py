"""The config of an image: its command, its platform and the layers of its file system."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, FailFast, Field
from pydantic.alias_generators import to_pascal

from ecrkit.oci import media_types
from ecrkit.oci._document import Document
from ecrkit.oci._json import MAX_MANIFEST_CHARACTERS, load_object
from ecrkit.oci._member import Member, snake_or_dotted
from ecrkit.oci.platforms import Platform
from ecrkit.references import Digest
from ecrkit.tables import Table, card


def _empty_if_null(value: object) -> object:
    return {} if value is None else value


def _text_if_null(value: object) -> object:
    return "" if value is None else value


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


# As lenient as Go and Docker: null is the empty value, and a string is a list of one (moby, StrSlice).
NoValue = Annotated[Mapping[str, object], BeforeValidator(_empty_if_null)]
_Label = Annotated[str, BeforeValidator(_text_if_null)]
_Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class RunConfig(Member, frozen=True):
    """How a container of the image starts."""

    model_config = ConfigDict(alias_generator=to_pascal)

    user: str | None = None
    exposed_ports: Mapping[str, NoValue] = Field(default_factory=dict[str, NoValue])
    env: tuple[str, ...] = ()
    entrypoint: _Words = ()
    cmd: _Words = ()
    volumes: Mapping[str, NoValue] = Field(default_factory=dict[str, NoValue])
    working_dir: str | None = None
    labels: Mapping[str, _Label] = Field(default_factory=dict[str, str])
    stop_signal: str | None = None


class History(Member, frozen=True):
    """One build step."""

    model_config = ConfigDict(alias_generator=snake_or_dotted)

    created: datetime | None = None
    created_by: str | None = None
    author: str | None = None
    comment: str | None = None
    empty_layer: bool = False
    """Whether the step added no layer."""


class RootFileSystem(Member, frozen=True):
    """The uncompressed layers."""

    model_config = ConfigDict(alias_generator=snake_or_dotted)

    type: str = "layers"
    diff_ids: Annotated[tuple[Digest, ...], FailFast()] = ()
    """The digests of the uncompressed layers, from the lowest one up."""


class ImageConfig(Document, frozen=True):
    """The config of a runnable image. The config of an artifact has another format, not necessarily JSON."""

    model_config = ConfigDict(
        alias_generator=lambda name: "mediaType" if name == "media_type" else snake_or_dotted(name)
    )

    created: datetime | None = None
    author: str | None = None
    architecture: str = ""
    """Empty if the config does not name it; the platform of such an image is unknown."""

    variant: str | None = None
    os: str = ""
    os_version: str | None = None
    os_features: tuple[str, ...] = ()
    config: RunConfig = Field(default_factory=RunConfig)
    rootfs: RootFileSystem = Field(default_factory=RootFileSystem)
    history: Annotated[tuple[History, ...], FailFast()] = ()

    @property
    def platform(self) -> Platform:
        """Platform the image runs on."""
        return Platform(
            architecture=self.architecture,
            os=self.os,
            variant=self.variant,
            os_version=self.os_version,
            os_features=self.os_features,
        )

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of the image."""
        return self.config.labels

    @property
    def env(self) -> dict[str, str]:
        """The environment by name; if a name is set twice, the last value."""
        pairs = (each.partition("=") for each in self.config.env)
        return {name: value for name, _, value in pairs}

    @property
    def entrypoint(self) -> tuple[str, ...]:
        """Command that always runs."""
        return self.config.entrypoint

    @property
    def cmd(self) -> tuple[str, ...]:
        """Default command, or default arguments of the entrypoint."""
        return self.config.cmd

    @property
    def diff_ids(self) -> Sequence[Digest]:
        """The digests of the uncompressed layers, from the lowest one up."""
        return self.rootfs.diff_ids

    def __table__(self) -> Table:
        values = {
            "platform": str(self.platform),
            "created": self.created,
            "user": self.config.user,
            "working dir": self.config.working_dir,
            "entrypoint": " ".join(self.entrypoint),
            "cmd": " ".join(self.cmd),
            "env": list(self.env),  # without values, which may be secret
            "labels": self.labels,
            "layers": len(self.diff_ids),
        }
        return card(values, self.digest)


def parse_config(
    raw: bytes, media_type: str = media_types.OCI_CONFIG, *, max_characters: int = MAX_MANIFEST_CHARACTERS
) -> ImageConfig:
    """Parse the config of an image.

    Args:
        raw: The exact bytes. They are kept and never rewritten.
        media_type: Media type from the manifest; a config does not contain it.
        max_characters: Maximum length in characters.

    Raises:
        InvalidManifestError: It is not JSON, or not the config of a runnable image.
    """
    return ImageConfig.from_members(load_object(raw, "the config", max_characters), raw, media_type)
