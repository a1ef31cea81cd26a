"""Field types as source text, and descriptions of their limits."""

from codegen.overrides import Overrides
from codegen.service import Service, Shape

_PLAIN = {
    "string": "str",
    "integer": "int",
    "long": "int",
    "double": "float",
    "boolean": "bool",
    "timestamp": "Timestamp",
    "blob": "Blob",
}
_UNITS = {"string": "characters", "blob": "bytes", "list": "items"}


class Annotations:
    """Annotations for the shapes of a service."""

    def __init__(self, service: Service, overrides: Overrides) -> None:
        self._service = service
        self._overrides = overrides

    def of(self, name: str, *, sent: bool) -> str:
        """Return the annotation of a shape; in responses, lists and maps are never `None`, and their length is unlimited."""
        shape = self._service.shapes[name]
        if shape.kind == "list":
            inner = self.of(shape.item, sent=sent)
            if not sent:
                return f"ListOf[{inner}]"
            limit = self._limit(shape)
            return f"Annotated[list[{inner}], {limit}]" if limit else f"list[{inner}]"
        if shape.kind == "map":
            return f"MapOf[{self.of(shape.key, sent=sent)}, {self.of(shape.item, sent=sent)}]"
        if shape.is_structure or shape.is_enum or self.is_scalar(shape):
            return shape.name
        return _PLAIN[shape.kind]

    def is_scalar(self, shape: Shape) -> bool:
        """Return whether the shape has a limit worth a name of its own in `_scalars.py`."""
        return not shape.is_enum and shape.kind in _PLAIN and bool(self._limit(shape))

    def scalars(self) -> list[Shape]:
        """Return the shapes that have a name in `_scalars.py`."""
        return [shape for shape in self._service.shapes.values() if self.is_scalar(shape)]

    def definition(self, shape: Shape) -> str:
        """Return the definition of a scalar."""
        return f"Annotated[{_PLAIN[shape.kind]}, {self._limit(shape)}]"

    def words(self, name: str) -> str:
        """Describe the limits of a shape, such as `2 to 256 characters`; empty if it has none."""
        shape = self._service.shapes[name]
        said = [_span(shape), self._overrides.pattern_words.get(name, "")]
        own = ": ".join(each for each in said if each)
        if shape.kind != "list" or not (inner := self.words(shape.item)):
            return own
        return f"{own or 'items'}, each {inner}" if own else f"each {inner}"

    def _limit(self, shape: Shape) -> str:
        limits: list[str] = []
        if shape.at_least or shape.at_most is not None or (shape.at_least == 0 and shape.kind not in _UNITS):
            limits.append(_limit_call("Length" if shape.kind in _UNITS else "Range", shape))
        pattern = self._overrides.patterns.get(shape.name, shape.pattern)
        if pattern is not None:
            limits.append(f'Pattern(r"{pattern}")')
        return ", ".join(limits)


def _limit_call(kind: str, shape: Shape) -> str:
    if shape.at_most is None:
        return f"{kind}(at_least={shape.at_least})"
    if not shape.at_least and kind == "Length":
        return f"{kind}(at_most={shape.at_most})"
    return f"{kind}({shape.at_least}, {shape.at_most})"


def _span(shape: Shape) -> str:
    unit = f" {_UNITS[shape.kind]}" if shape.kind in _UNITS else ""
    if shape.at_least is None and shape.at_most is None:
        return ""
    if shape.at_most is None:
        return f"{shape.at_least}{unit} or more"
    if not shape.at_least and unit:
        return f"at most {shape.at_most}{unit}"
    return f"{shape.at_least} to {shape.at_most}{unit}"
