"""Distribution of shapes to files, and their order."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from codegen.overrides import Family, Overrides
from codegen.service import Service, Shape

SHARED = "shared"


class Layout:
    """Shapes live in the one family that uses them; what several use, and all that it is made of, is shared."""

    def __init__(self, service: Service, overrides: Overrides) -> None:
        self._service = service
        self.families = overrides.families

    @cached_property
    def sent(self) -> set[str]:
        """The shapes that requests are made of."""
        return self._service.reachable(*(each.input for each in self._service.operations.values()))

    @cached_property
    def _ends(self) -> set[str]:
        operations = self._service.operations.values()
        return {name for each in operations for name in (each.input, each.output)}

    @cached_property
    def family_of(self) -> dict[str, str]:
        """The family of each structure and enum that is not a request or a response itself."""
        users: dict[str, set[str]] = defaultdict(set)
        for family in self.families:
            for name in family.operations:
                operation = self._service.operations[name]
                for shape in self._service.reachable(operation.input, operation.output):
                    users[shape].add(family.name)
        return {
            shape: families.pop() if len(families) == 1 else SHARED
            for shape, families in users.items()
            if shape not in self._ends and self._is_class(self._service.shapes[shape])
        }

    def enums(self, family: Family) -> list[Shape]:
        """Return the enums of a family by name."""
        return [shape for shape in self._own(family) if shape.is_enum]

    def structures(self, family: Family) -> list[Shape]:
        """Return the shared structures of a family, each after those that it is made of."""
        ordered: dict[str, Shape] = {}
        for shape in self._own(family):
            self._after_its_parts(shape, ordered)
        return [shape for shape in ordered.values() if self.family_of[shape.name] == family.name]

    def _own(self, family: Family) -> Iterable[Shape]:
        names = sorted(name for name, home in self.family_of.items() if home == family.name)
        return [self._service.shapes[name] for name in names]

    def _after_its_parts(self, shape: Shape, ordered: dict[str, Shape]) -> None:
        for name in shape.refers_to():
            self._after_its_parts(self._service.shapes[name], ordered)
        if shape.is_structure:
            ordered.setdefault(shape.name, shape)

    @staticmethod
    def _is_class(shape: Shape) -> bool:
        return shape.is_structure or shape.is_enum
