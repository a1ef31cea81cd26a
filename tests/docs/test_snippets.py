"""Pages include files by snippets, which a formatter of code blocks must not rewrite."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SNIPPETS = [
    (path.relative_to(PROJECT).as_posix(), line)
    for path in sorted((PROJECT / "docs").rglob("*.md"))
    for line in path.read_text("utf-8").splitlines()
    if re.match(r"\s*-+\s*8\s*<", line)
]


@pytest.mark.parametrize(("page", "line"), SNIPPETS)
def test_a_snippet_names_an_existing_file(page: str, line: str) -> None:
    written = re.fullmatch(r'--8<-- "([^"]+)"', line)

    assert written, f"{page} has {line!r}"
    assert (PROJECT / written[1]).is_file()
