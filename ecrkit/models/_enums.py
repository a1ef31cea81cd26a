"""`OpenEnum`: an enum that keeps a value which AWS added after this release."""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A set of strings that may grow.

    A value that this release does not know is kept as it came, compares equal to its text, and says so in `is_known`.
    """

    @property
    def is_known(self) -> bool:
        """Whether this release knows the value."""
        return self.value in type(self)._value2member_map_

    def __reduce_ex__(self, proto: object) -> tuple[type[Self], tuple[str]]:
        # By its value: up to 3.11.3, Python pickles the name, and looks for it in vain if the value is unknown.
        return type(self), (self.value,)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = value
        unknown._value_ = value
        return unknown
