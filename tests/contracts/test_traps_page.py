"""Marks such as `(T29)` in the code lead a reader to the page of traps, which has to have them."""

import re

from tests.contracts.house import PROJECT

_MARK = re.compile(r"\((T\d+(?:, T\d+)*)\)")
_ROW = re.compile(r"^\| (T\d+) \|(.*)\|$", re.MULTILINE)
ROWS = _ROW.findall((PROJECT / "docs/traps.md").read_text("utf-8"))


def test_every_mark_in_the_code_has_a_row() -> None:
    marks = {
        number: path.relative_to(PROJECT).as_posix()
        for folder in ("ecrkit", "tests", "codegen", "examples")
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for mark in _MARK.findall(path.read_text("utf-8"))
        for number in mark.split(", ")
    }

    missing = {number: where for number, where in marks.items() if number not in dict(ROWS)}

    assert len(marks) > 25
    assert missing == {}


def test_every_row_says_what_happens_how_that_is_known_and_what_is_done() -> None:
    unescaped = [(number, row.replace("\\|", "/").split("|")) for number, row in ROWS]

    assert [number for number, cells in unescaped if len(cells) != 3 or not all(map(str.strip, cells))] == []


def test_rows_stand_in_order() -> None:
    numbers = [int(number[1:]) for number, _ in ROWS]

    assert numbers == sorted(set(numbers))
