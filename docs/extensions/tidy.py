"""Adjusts what griffe reads, so that mkdocstrings renders docstrings and attributes well."""

import re
from typing import Any

import griffe

from ecrkit import errors

_EXAMPLE = re.compile(r"^( *)Example:$", re.MULTILINE)
_LONGEST_VALUE = 400
_RAISED = re.compile(r"^ +(\w+Error):", re.MULTILINE)


class Tidy(griffe.Extension):
    """Small changes to what griffe reads, before it is rendered."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Treat `Example:` like `Examples:`, so that griffe renders it as code; in Markdown, `>>>` is a nested quotation."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(r"\1Examples:", obj.docstring.value)
            _make_known(obj.docstring, obj.module)

    def on_attribute(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """Hide values that do not help a reader: constructor arguments, `Field(...)`, long tables."""
        in_constructor = "instance-attribute" in attr.labels and "class-attribute" not in attr.labels
        value = str(attr.value)
        if in_constructor or value.startswith("Field(") or len(value) > _LONGEST_VALUE:
            attr.value = None

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Show the value of a default that is a private constant."""
        for parameter in func.parameters:
            constant = func.module.members.get(str(parameter.default))
            if isinstance(constant, griffe.Attribute) and constant.name.startswith("_"):
                parameter.default = constant.value


def _make_known(docstring: griffe.Docstring, module: griffe.Module) -> None:
    """Link the errors that a docstring names, even if its module does not import them."""
    if module.path.startswith("ecrkit.errors"):
        return
    for name in _RAISED.findall(docstring.value):
        if name in errors.__all__ and name not in module.members:
            module.set_member(name, griffe.Alias(name, f"ecrkit.errors.{name}"))
