"""Docs, docstrings, messages and comments use plain English: none of the phrases listed in phrases.txt."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
READ = (
    "ecrkit",
    "docs",
    "examples",
    "codegen",
    "benchmarks",
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "mkdocs.yml",
)
KINDS = {".py", ".md", ".yml", ".toml"}
NOT_OURS = ("ecrkit/models/", "codegen/model/", "docs/errors.md")  # in the words of AWS


def phrases() -> list[tuple[re.Pattern[str], str]]:
    lines = (Path(__file__).parent / "phrases.txt").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(re.compile(pattern), advice) for pattern, advice in pairs]


def files() -> list[Path]:
    found = [
        path
        for top in READ
        for path in ([PROJECT / top] if (PROJECT / top).is_file() else sorted((PROJECT / top).rglob("*")))
    ]
    return [
        path
        for path in found
        if path.suffix in KINDS and not path.relative_to(PROJECT).as_posix().startswith(NOT_OURS)
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_a_file_has_none_of_the_listed_phrases(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()

    found = [
        f"{number}: {match[0]!r}: write {advice}"
        for number, line in enumerate(lines, start=1)
        for pattern, advice in phrases()
        if (match := pattern.search(line))
    ]

    assert found == []


def test_each_phrase_has_advice() -> None:
    assert all(advice for _, advice in phrases())
