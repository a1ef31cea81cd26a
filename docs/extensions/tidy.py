"""Lets mkdocstrings show docstrings and attributes as they are meant."""

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^( *)Example:$", re.MULTILINE)


class Tidy(griffe.Extension):
    """Small changes to what griffe reads, before it is shown."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Take `Example:` for code, as griffe does with `Examples:`; as Markdown, `>>>` is three quotations."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(r"\1Examples:", obj.docstring.value)

    def on_attribute(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """Show no value that says nothing to a reader: an assignment in a constructor, a factory of a field."""
        if "class-attribute" not in attr.labels or str(attr.value).startswith("Field("):
            attr.value = None
