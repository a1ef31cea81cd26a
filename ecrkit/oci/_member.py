"""Base of every structure in a manifest or config: frozen, with wire names, keeping unknown members."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

Size = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
"""A number of bytes."""

_DOTTED: Final = {"os_version": "os.version", "os_features": "os.features"}


def camel_or_dotted(name: str) -> str:
    """Return the wire name of a field in manifests."""
    return _DOTTED.get(name) or to_camel(name)


def snake_or_dotted(name: str) -> str:
    """Return the wire name of a field in configs."""
    return _DOTTED.get(name, name)


class Member(BaseModel, frozen=True):
    """A part of a document. Members that this release does not know are kept in `model_extra`."""

    model_config = ConfigDict(
        alias_generator=camel_or_dotted,
        validate_by_name=True,
        validate_by_alias=True,
        extra="allow",
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, members: object) -> object:
        # Go writes null for an empty list or map, and reads it as one.
        if isinstance(members, Mapping):
            present = cast("Mapping[str, object]", members)
            return {name: value for name, value in present.items() if value is not None}
        return members

    def to_wire(self) -> dict[str, object]:
        """Return the members under their wire names, in the order of the specification, without empty ones."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def __repr_args__(self) -> Any:
        return [(name, value) for name, value in super().__repr_args__() if value not in (None, (), {})]
