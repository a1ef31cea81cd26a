"""Random values for the shapes of the service, built from the service model alone (never from our classes)."""

import re
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from codegen.service import Service, Shape

a_few_examples = settings(
    max_examples=12,  # for each operation, in each test
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""The same examples on every run, as many as one likes to wait for."""

MORE_ITEMS = 2
MORE_CHARACTERS = 20
LONG = 2**53

# Everything that JSON and UTF-8 can carry.
texts = st.characters(exclude_categories=["Cs"])

PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "timestamp": st.integers(0, 4_102_444_800_000).map(lambda milliseconds: milliseconds / 1000),
    "blob": st.binary(max_size=MORE_CHARACTERS),
}


class Shapes:
    """A strategy for each shape, as JSON under the names of the wire; blobs stay bytes.

    Args:
        service: The service model.
        always: Members of answers that are there although the model does not require them.
        unknown: Whether answers hold members and enum values that the model does not know.
    """

    def __init__(
        self, service: Service, always: dict[str, frozenset[str]] | None = None, *, unknown: bool = False
    ) -> None:
        self._service = service
        self._always = always or {}
        self._unknown = unknown
        self._built: dict[str, st.SearchStrategy[Any]] = {}

    def of(self, name: str) -> st.SearchStrategy[Any]:
        if name not in self._built:
            self._built[name] = self._build(self._service.shapes[name])
        return self._built[name]

    def _build(self, shape: Shape) -> st.SearchStrategy[Any]:
        built: st.SearchStrategy[Any]
        least = shape.at_least or 0
        match shape.kind:
            case "structure":
                built = self._structure(shape)
            case "list":
                built = st.lists(self.of(shape.item), min_size=least, max_size=least + MORE_ITEMS)
            case "map":
                built = st.dictionaries(self.of(shape.key), self.of(shape.item), max_size=MORE_ITEMS)
            case "string":
                built = self._string(shape)
            case "integer" | "long":
                built = st.integers(least, shape.at_most or LONG)
            case kind:
                built = PLAIN[kind]
        return built

    def _structure(self, shape: Shape) -> st.SearchStrategy[dict[str, Any]]:
        always = self._always.get(shape.name, frozenset())
        required = {
            member.name: self.of(member.shape)
            for member in shape.members
            if member.required or member.name in always
        }
        optional = {
            member.name: self.of(member.shape) for member in shape.members if member.name not in required
        }
        if self._unknown:
            optional["aMemberOfTomorrow"] = st.sampled_from([False, 0, "", [], {}, "text"])
        return st.fixed_dictionaries(required, optional=optional)

    def _string(self, shape: Shape) -> st.SearchStrategy[str]:
        if shape.is_enum:
            known = st.sampled_from(shape.values)
            return st.one_of(known, st.just("OF_TOMORROW")) if self._unknown else known
        least = shape.at_least or 0
        most = shape.at_most if shape.at_most is not None else LONG
        if shape.pattern is not None:
            return st.from_regex(_briefly(shape.pattern), fullmatch=True).filter(
                lambda text: least <= len(text) <= most and "\n" not in text
            )
        return st.text(texts, min_size=least, max_size=min(most, least + MORE_CHARACTERS))


def _briefly(pattern: str) -> re.Pattern[str]:
    """Let what may be repeated be repeated a few times only, which is a hundred times faster to make up."""
    few = re.sub(r"(?<=[\])])\*", "{0,2}", pattern)
    return re.compile(re.sub(r"(?:(?<=[\])])|(?<=\|-))\+", "{1,4}", few), re.ASCII)
