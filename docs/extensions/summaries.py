"""Opens each reference page with a table of the objects it documents, one line each.

A page about a single class lists its methods instead.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import griffe

_DOCUMENTED = re.compile(r"^::: (\S+)\n(?!(?:    .*\n)*      members: \[\])", re.MULTILINE)
_BEGINNING = re.compile(r"^(?=::: |## )", re.MULTILINE)
_FIRST_SENTENCE = re.compile(r".+?\.(?=\s|$)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put the table between the introduction of a reference page and its first object."""
    if not page.file.src_uri.startswith("reference/") or not _DOCUMENTED.search(markdown):
        return markdown
    introduction, body = _BEGINNING.split(markdown, maxsplit=1)
    if "\n| " in introduction:  # has a table of its own
        return markdown
    paths = list(dict.fromkeys(path for named in _DOCUMENTED.findall(f"{body}\n") for path in _paths(named)))
    if len(paths) == 1:
        paths = list(_methods(paths[0]))
    rows = [
        f"| [`{path.rpartition('.')[2]}`][{path}] | {_summary(path)} |" for path in paths if _summary(path)
    ]
    table = "\n".join(["| Name | Description |", "| --- | --- |", *rows])
    return f"{introduction}{table}\n\n{body}"


@cache
def _package() -> griffe.Object | griffe.Alias:
    return griffe.load("ecrkit")


def _find(path: str) -> griffe.Object:
    name = path.removeprefix("ecrkit.")
    found = _package() if name == "ecrkit" else _package()[name]
    return found.final_target if isinstance(found, griffe.Alias) else found


def _paths(path: str) -> Iterator[str]:
    """Yield the path itself, or those of the public members if it is a module."""
    found = _find(path)
    if not isinstance(found, griffe.Module):
        yield path
        return
    for name, member in found.members.items():
        exported = name in found.exports if found.exports is not None else not member.is_alias
        if exported and not name.startswith("_") and not isinstance(_find(f"{path}.{name}"), griffe.Module):
            yield f"{path}.{name}"


def _methods(path: str) -> Iterator[str]:
    for name, member in _find(path).all_members.items():
        if not name.startswith("_") and (member.is_function or "property" in member.labels):
            yield f"{path}.{name}"


def _summary(path: str) -> str:
    """Return the first sentence of a docstring, or an empty string if there is none."""
    docstring = _find(path).docstring
    paragraph = " ".join(docstring.value.split("\n\n")[0].split()) if docstring else ""
    sentence = _FIRST_SENTENCE.match(paragraph)
    return (sentence[0] if sentence else paragraph.removesuffix(":")).replace("|", "\\|")
