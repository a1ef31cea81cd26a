"""Writes the tables that follow from the code: every operation with its models, every exception with its class."""

from collections.abc import Callable
from typing import Any

from ecrkit import errors, models
from ecrkit.local.handlers import ROUTES


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the tables in place of their marks."""
    for mark, table in _TABLES.items():
        if mark in markdown:
            markdown = markdown.replace(mark, table())
    return markdown


def _operations() -> str:
    rows = ["| Operation | Request | Response | Pages |", "| --- | --- | --- | --- |"]
    for name, request in sorted(models.OPERATIONS.items()):
        family = request.__module__.rpartition(".")[2]
        response = request.response_type.__name__
        pages = "yes" if issubclass(request, models.PagedRequest) else ""
        rows.append(
            f"| {name} | [`{request.__name__}`]({family}.md#{request.__module__}.{request.__name__}) "
            f"| [`{response}`]({family}.md#{request.__module__}.{response}) | {pages} |"
        )
    return "\n".join(rows)


def _service_errors() -> str:
    rows = ["| Code | Class | Family |", "| --- | --- | --- |"]
    for code, error in sorted(errors.SERVICE_ERRORS.items()):
        family = error.__mro__[1].__name__
        rows.append(
            f"| `{code}` | [`{error.__name__}`](#ecrkit.errors.{error.__name__}) "
            f"| [`{family}`](#ecrkit.errors.{family}) |"
        )
    return "\n".join(rows)


def _local_operations() -> str:
    return "\n".join(f"- {name}" for name in sorted(ROUTES))


_TABLES: dict[str, Callable[[], str]] = {
    "<!-- operations -->": _operations,
    "<!-- service errors -->": _service_errors,
    "<!-- local operations -->": _local_operations,
}
