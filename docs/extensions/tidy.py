"""Lets mkdocstrings show docstrings and attributes as they are meant."""

import re
from typing import Any

import griffe

from ecrkit import errors

_EXAMPLE = re.compile(r"^( *)Example:$", re.MULTILINE)
_RAISED = re.compile(r"^ +(\w+Error):", re.MULTILINE)


class Tidy(griffe.Extension):
    """Small changes to what griffe reads, before it is shown."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Take `Example:` for code, as griffe does with `Examples:`; as Markdown, `>>>` is three quotations."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(r"\1Examples:", obj.docstring.value)
            _make_known(obj.docstring, obj.module)

    def on_attribute(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """Show no value that says nothing to a reader: an assignment in a constructor, a factory of a field."""
        in_constructor = "instance-attribute" in attr.labels and "class-attribute" not in attr.labels
        if in_constructor or str(attr.value).startswith("Field("):
            attr.value = None


def _make_known(docstring: griffe.Docstring, module: griffe.Module) -> None:
    """Let the errors that a docstring names become links, although their module need not import them."""
    if module.path.startswith("ecrkit.errors"):
        return
    for name in _RAISED.findall(docstring.value):
        if name in errors.__all__ and name not in module.members:
            module.set_member(name, griffe.Alias(name, f"ecrkit.errors.{name}"))
