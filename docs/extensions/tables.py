"""Generates tables from the code, and checks that the reference has every public name."""

import logging
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from ecrkit import errors, models
from ecrkit.local.handlers import ROUTES

PUBLIC = ("ecrkit", "ecrkit.errors", "ecrkit.oci", "ecrkit.policy", "ecrkit.references", "ecrkit.local")
_log = logging.getLogger("mkdocs.plugins.ecrkit")  # below mkdocs, so that a warning fails a strict build


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Replace each mark with its table, and rank guides above the reference in search results."""
    if page.file.src_uri.startswith("guides/"):
        page.meta.setdefault("search", {"boost": 3})
    for mark, table in _TABLES.items():
        if mark in markdown:
            markdown = markdown.replace(mark, table())
    return markdown


def on_post_build(config: Any, **_: Any) -> None:
    """Warn about public names that no reference page documents."""
    documented = _documented(Path(config.site_dir, "objects.inv"))
    for name in _public_names():
        if name not in documented:
            _log.warning("%s is public, but not documented in the reference", name)


def _documented(inventory: Path) -> set[str]:
    # Sphinx's format: four lines of text, then one line per object, compressed.
    body = inventory.read_bytes().split(b"\n", 4)[4]
    return {line.split()[0] for line in zlib.decompress(body).decode().splitlines()}


def _public_names() -> Iterator[str]:
    for path in PUBLIC:
        module = import_module(path)
        for name in module.__all__:
            if not isinstance(getattr(module, name), ModuleType) and not name.startswith("__"):
                yield f"{path}.{name}"
    for name in models.__all__:
        described = getattr(models, name)
        home = getattr(described, "__module__", "")
        shared = home.startswith("ecrkit.models._") or not home.startswith("ecrkit.models")
        if name != "OPERATIONS":
            yield f"ecrkit.models.{name}" if shared else f"{home}.{name}"


def _operations() -> str:
    rows = ["| Request | Response | Family | Paginated |", "| --- | --- | --- | --- |"]
    for _, request in sorted(models.OPERATIONS.items()):
        family = request.__module__.rpartition(".")[2]
        page = f"{family}.md#{request.__module__}"
        rows.append(
            f"| [{request.__name__}]({page}.{request.__name__}) "
            f"| [response]({page}.{request.response_type.__name__}) "
            f"| {family.replace('_', ' ')} "
            f"| {'yes' if issubclass(request, models.PagedRequest) else ''} |"
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


_TABLES: dict[str, Callable[[], str]] = {
    "<!-- operations -->": _operations,
    "<!-- service errors -->": _service_errors,
    "<!-- number of operations -->": lambda: str(len(models.OPERATIONS)),
    "<!-- number of local operations -->": lambda: str(len(ROUTES)),
}
