"""The source of `ecrkit/errors/_service.py`: one class for each exception of the service."""

from collections.abc import Iterator

from codegen.annotations import Annotations
from codegen.documents import Documents
from codegen.naming import error_name, snake_case
from codegen.overrides import OverrideError, Overrides
from codegen.prose import docstring
from codegen.service import Member, Service, Shape

_READERS = {
    "string": ("str", "text_member"),
    "integer": ("int", "integer_member"),
    "long": ("int", "integer_member"),
}


class Errors:
    """The classes and the table of codes."""

    def __init__(self, service: Service, overrides: Overrides, header: str) -> None:
        self._service = service
        self._overrides = overrides
        self._header = header
        self._documents = Documents(service, overrides, Annotations(service, overrides))

    @property
    def undocumented(self) -> set[str]:
        """Items without a description in the model or `overrides.toml`."""
        return self._documents.undocumented

    def file(self) -> str:
        """Return the text of the module; imports and line breaks are left to ruff."""
        families = sorted(set(self._overrides.error_families.values()))
        body = [
            self._header,
            *docstring(["One class for each exception of the service, below its family."], 0),
            "from collections.abc import Mapping",
            "from types import MappingProxyType",
            "from typing import Final",
            "from ecrkit.errors._base import ApiError, integer_member, text_member",
            f"from ecrkit.errors._families import {', '.join(families)}",
        ]
        for shape in self._service.exceptions():
            if not self._is_its_family(shape):
                body += self._class(shape)
        body += ["SERVICE_ERRORS: Final[Mapping[str, type[ApiError]]] = MappingProxyType({"]
        body += [f'    "{shape.name}": {error_name(shape.name)},' for shape in self._service.exceptions()]
        body += ["})", *docstring(["The class of each exception, by its code."], 0)]
        return "\n".join(body) + "\n"

    def _is_its_family(self, shape: Shape) -> bool:
        return self._overrides.error_families[shape.name] == error_name(shape.name)

    def _class(self, shape: Shape) -> Iterator[str]:
        members = [member for member in shape.members if member.name != "message"]
        yield f"class {error_name(shape.name)}({self._overrides.error_families[shape.name]}):"
        yield from self._documents.shape(shape)
        for member in members:
            yield ""
            yield f"    {snake_case(member.name)}: {self._reader(shape, member)[0]} | None"
            yield from self._documents.error_member(shape, member)
        if members:
            yield ""
            yield "    def read_members(self, members: Mapping[str, object]) -> None:"
            for member in members:
                read = f'{self._reader(shape, member)[1]}(members, "{member.name}")'
                yield f"        self.{snake_case(member.name)} = {read}"

    def _reader(self, owner: Shape, member: Member) -> tuple[str, str]:
        kind = self._service.shapes[member.shape].kind
        if kind not in _READERS:
            raise OverrideError(
                f"{owner.name}.{member.name} is of type {kind}, which no error has had so far: add a reader to"
                " codegen/errors.py"
            )
        return _READERS[kind]
