"""`OpenEnum`: an enum that keeps values AWS added after this release."""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """An enum of strings that may grow.

    A value that this release does not know is kept, compares equal to its string, and has a false `is_known`.
    """

    @property
    def is_known(self) -> bool:
        """Whether this release knows the value."""
        return self.value in type(self)._value2member_map_

    def __reduce_ex__(self, proto: object) -> tuple[type[Self], tuple[str]]:
        # By value: up to 3.11.3, Python pickles the name, which does not exist for unknown values.
        return type(self), (self.value,)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = value
        unknown._value_ = value
        return unknown
