"""`Face`: what the async variants of handles and settings have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING


class Face(ABC):
    """The async variant of an object. It has no state of its own: both can be used side by side."""

    @property
    @abstractmethod
    def sync(self) -> object:
        """The same object for blocking code."""

    def __repr__(self) -> str:
        return f"Async{self.sync!r}"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            if not name.startswith("_"):
                getattr(self.sync, name)  # whose error advises what to call first
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )
