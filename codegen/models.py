"""The source of `ecrkit/models/`: one module per family, the scalars, the table of operations, the package."""

from collections.abc import Iterable, Iterator

from codegen.annotations import Annotations
from codegen.documents import Documents
from codegen.exports import with_exports
from codegen.layout import SHARED, Layout
from codegen.naming import constant_name, dotted, field_name, needs_alias, request_name, response_name
from codegen.overrides import Family, Overrides
from codegen.prose import docstring
from codegen.service import Member, Operation, Service, Shape

_PAGING = {"nextToken", "maxResults"}
_BASE = ("PagedRequest", "PagedResponse", "Request", "Response", "ResponseMetadata", "Shape")


class Models:
    """Everything generated below `ecrkit/models/`, as text by file name."""

    def __init__(self, service: Service, overrides: Overrides, header: str) -> None:
        self._service = service
        self._overrides = overrides
        self._header = header
        self._layout = Layout(service, overrides)
        self._annotations = Annotations(service, overrides)
        self._documents = Documents(service, overrides, self._annotations)

    @property
    def undocumented(self) -> set[str]:
        """Items without a description in the model or `overrides.toml`."""
        return self._documents.undocumented

    def files(self) -> dict[str, str]:
        """Return the text of each file; imports and line breaks are left to ruff."""
        modules = {f"{family.name}.py": self._family(family) for family in self._layout.families}
        return {
            "__init__.py": self._package(),
            "_operations.py": self._operations(),
            "_scalars.py": self._scalars(),
            **modules,
        }

    def _family(self, family: Family) -> str:
        body: list[str] = []
        for shape in self._layout.enums(family):
            body += self._enum(shape)
        for shape in self._layout.structures(family):
            body += self._structure(shape)
        for name in family.operations:
            operation = self._service.operations[name]
            body += [*self._response(operation), *self._request(operation)]
        head = [self._header, *docstring([family.about], 0), *self._imports(family)]
        return "\n".join([*head, *body]) + "\n"

    def _imports(self, family: Family) -> list[str]:
        # Every name that might be needed; ruff drops the others.
        shared = [name for name, home in self._layout.family_of.items() if home == SHARED != family.name]
        scalars = [shape.name for shape in self._annotations.scalars()]
        found = [
            "from typing import Annotated",
            "from pydantic import Field",
            f"from ecrkit.models._base import {', '.join(_BASE)}",
            "from ecrkit.models._enums import OpenEnum",
            "from ecrkit.models._limits import Length",
            f"from ecrkit.models._scalars import {', '.join(scalars)}",
            "from ecrkit.models._wire import Blob, ListOf, MapOf, Timestamp",
        ]
        if shared:
            found.append(f"from ecrkit.models.shared import {', '.join(sorted(shared))}")
        return found

    def _enum(self, shape: Shape) -> Iterator[str]:
        yield f"class {shape.name}(OpenEnum):"
        yield from self._documents.shape(shape)
        yield ""
        for value in shape.values:
            yield f'    {constant_name(value)} = "{value}"'

    def _structure(self, shape: Shape) -> Iterator[str]:
        yield f"class {shape.name}(Shape, frozen=True):"
        yield from self._documents.shape(shape)
        yield from self._fields(shape, shape.members, sent=shape.name in self._layout.sent)

    def _response(self, operation: Operation) -> Iterator[str]:
        shape = self._service.shapes[operation.output]
        members = [member for member in shape.members if member.name not in _PAGING]
        base = "PagedResponse" if self._result_keys(operation) else "Response"
        yield f"class {response_name(operation.name)}({base}, frozen=True):"
        yield from self._documents.response(operation)
        yield from self._fields(shape, members, sent=False)

    def _request(self, operation: Operation) -> Iterator[str]:
        shape = self._service.shapes[operation.input]
        members = [member for member in shape.members if member.name not in _PAGING]
        response = response_name(operation.name)
        keys = self._result_keys(operation)
        yield f"class {request_name(operation.name)}({'PagedRequest' if keys else 'Request'}[{response}], frozen=True):"
        yield from self._documents.request(operation)
        yield ""
        yield f'    operation = "{operation.name}"'
        yield f"    response_type = {response}"
        if keys:
            yield f"    result_keys = ({', '.join(f'{dotted(key)!r}' for key in keys)},)"
        yield from self._fields(shape, members, sent=True)
        if keys:
            for size in (member for member in shape.members if member.name == "maxResults"):
                yield ""
                yield f"    max_results: {self._annotations.of(size.shape, sent=True)} | None = None"
                yield from self._documents.max_results(operation, size)

    def _fields(self, owner: Shape, members: Iterable[Member], *, sent: bool) -> Iterator[str]:
        ordered = sorted(members, key=lambda member: not self._is_required(owner, member, sent=sent))
        for member in ordered:
            yield ""
            yield f"    {self._field(owner, member, sent=sent)}"
            yield from self._documents.member(owner, member, limits=sent)

    def _field(self, owner: Shape, member: Member, *, sent: bool) -> str:
        path = f"{owner.name}.{member.name}"
        name = field_name(owner.name, member.name, self._overrides.fields.get(path))
        annotation = self._annotations.of(member.shape, sent=sent)
        options: list[str] = []
        if self._is_collection(member) and not sent:
            factory = annotation.replace("ListOf", "list", 1).replace("MapOf", "dict", 1)
            # With its types, because pyright infers none from a bare list.
            options.append(f"default_factory={factory}")
        elif not self._is_required(owner, member, sent=sent):
            annotation += " | None"
            options.append("default=None")
        if path in self._overrides.hidden:
            options.append("repr=False")
        if needs_alias(name, member.name):
            options += [f'validation_alias="{member.name}"', f'serialization_alias="{member.name}"']
        return f"{name}: {annotation}{_default(options)}"

    def _is_collection(self, member: Member) -> bool:
        return self._service.shapes[member.shape].kind in {"list", "map"}

    def _is_required(self, owner: Shape, member: Member, *, sent: bool) -> bool:
        if not sent and self._is_collection(member):
            return False
        return member.required or member.name in self._overrides.always.get(owner.name, ())

    def _result_keys(self, operation: Operation) -> tuple[str, ...]:
        ours = self._overrides.result_keys.get(operation.name, ())
        return self._service.result_keys.get(operation.name, ours)

    def _scalars(self) -> str:
        body = [
            self._header,
            *docstring(
                ["Strings and numbers with limits. Requests are held to them; answers may exceed them."], 0
            ),
            "from typing import Annotated",
            "from ecrkit.models._limits import Length, Pattern, Range",
            "from ecrkit.models._wire import Blob",
        ]
        for shape in self._annotations.scalars():
            body += [
                "",
                f"{shape.name} = {self._annotations.definition(shape)}",
                *self._documents.scalar(shape),
            ]
        return "\n".join(body) + "\n"

    def _operations(self) -> str:
        body = [
            self._header,
            *docstring(["Every operation of the service and the request that stands for it."], 0),
            "from collections.abc import Mapping",
            "from types import MappingProxyType",
            "from typing import Final",
            "from ecrkit.models._base import Request, Response",
        ]
        for family in self._layout.families:
            if family.operations:
                names = ", ".join(request_name(name) for name in family.operations)
                body.append(f"from ecrkit.models.{family.name} import {names}")
        body += ["OPERATIONS: Final[Mapping[str, type[Request[Response]]]] = MappingProxyType({"]
        body += [f'    "{name}": {request_name(name)},' for name in self._service.operations]
        body += ["})", *docstring(["The class of each request, by the name of its operation."], 0)]
        body.append(f'BOTOCORE_VERSION: Final = "{self._service.botocore}"')
        body += docstring(
            ["The version of botocore whose service model this is; older ones may lack operations."], 0
        )
        return "\n".join(body) + "\n"

    def _package(self) -> str:
        homes = {
            "_base": sorted(_BASE),
            "_enums": ["OpenEnum"],
            "_limits": ["unchecked_requests"],
            "_operations": ["OPERATIONS"],
            **{family.name: self._names(family) for family in self._layout.families},
        }
        body = [
            self._header,
            *docstring(
                [
                    "Every request, response and shape of the service, one module a family.",
                    "A family is imported when one of its names is first used.",
                ],
                0,
            ),
            "from typing import TYPE_CHECKING",
            "from ecrkit._lazy import lazy as _lazy",
            "if TYPE_CHECKING:",
        ]
        body += [f"    from ecrkit.models.{home} import {', '.join(names)}" for home, names in homes.items()]
        return with_exports("\n".join(body), "ecrkit.models")

    def _names(self, family: Family) -> list[str]:
        shapes = [name for name, home in self._layout.family_of.items() if home == family.name]
        ends = [name(each) for each in family.operations for name in (request_name, response_name)]
        return sorted([*shapes, *ends])


def _default(options: list[str]) -> str:
    if not options:
        return ""
    if options == ["default=None"]:
        return " = None"
    return f" = Field({', '.join(options)})"
