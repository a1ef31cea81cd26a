"""Names: from those of the service to those of Python, and the ones that a field must not have."""

import keyword
import re

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

# Not read from the classes: the generator must run even if its output is broken.
OURS = {"attach_metadata", "operation", "response_metadata", "response_type", "result_keys", "to_wire"}
"""What `Shape`, `Response`, `Request` and their paged kinds add to a `BaseModel`."""

_IN_ANNOTATIONS = {"bool", "bytes", "dict", "float", "int", "list", "str"}


class ReservedNameError(Exception):
    """The service has a member whose name would break our models."""


def snake_case(name: str) -> str:
    """Turn `imageSizeInBytes` and `InvalidImageTag` into `image_size_in_bytes` and `invalid_image_tag`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def constant_name(value: str) -> str:
    """Turn the value of an enum into the name of its member: `docker-hub` into `DOCKER_HUB`."""
    if value.isupper():
        return value
    return re.sub(r"\W", "_", snake_case(value)).upper()


def error_name(code: str) -> str:
    """Turn `RepositoryNotFoundException` into `RepositoryNotFoundError`."""
    return code.removesuffix("Exception") + "Error"


def request_name(operation: str) -> str:
    """Return the class of a request."""
    return f"{operation}Request"


def response_name(operation: str) -> str:
    """Return the class of a response."""
    return f"{operation}Response"


def dotted(path: str) -> str:
    """Turn `imageScanFindings.findings` into `image_scan_findings.findings`."""
    return ".".join(snake_case(part) for part in path.split("."))


def field_name(owner: str, wire_name: str, chosen: str | None = None) -> str:
    """Return the field of a member; `chosen` is the name that overrides.toml gives it.

    Raises:
        ReservedNameError: A field of that name would hide something that models, or their annotations, need.
    """
    name = chosen or snake_case(wire_name)
    if reason := _why_reserved(name):
        raise ReservedNameError(
            f"{owner}.{wire_name} would become the field {name!r}, {reason}; give it another name in "
            "codegen/overrides.toml ([fields]); an alias keeps its wire name"
        )
    return name


def needs_alias(name: str, wire_name: str) -> bool:
    """Return whether the alias that the base class makes from the field is not the wire name."""
    return to_camel(name) != wire_name


def _why_reserved(name: str) -> str | None:
    if keyword.iskeyword(name):
        return "which is a keyword of Python"
    if name.startswith(("model_", "_")):
        return "which belongs to pydantic"
    if hasattr(BaseModel, name):
        return f"which hides BaseModel.{name}"
    if name in OURS:
        return "which hides what every request has"
    if name in _IN_ANNOTATIONS:
        return "which later annotations of the same class would take for the type"
    return None
