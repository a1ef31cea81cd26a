"""Every reference page opens with a table that says what each documented object is for."""

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

pytest.importorskip("griffe", reason="needs the extra docs")

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in (DOCS / "reference").rglob("*.md"))


@pytest.fixture(scope="module")
def summaries() -> ModuleType:
    spec = importlib.util.spec_from_file_location("summaries", DOCS / "extensions" / "summaries.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rendered(summaries: ModuleType, page: str, text: str) -> str:
    return str(summaries.on_page_markdown(text, SimpleNamespace(file=SimpleNamespace(src_uri=page))))


@pytest.mark.parametrize("page", PAGES)
def test_a_reference_page_opens_with_a_table(summaries: ModuleType, page: str) -> None:
    text = rendered(summaries, page, (DOCS / page).read_text("utf-8"))

    introduction = text.partition("\n::: ")[0].partition("\n## ")[0]
    assert introduction.count("\n| ") >= 3


def test_a_row_links_a_name_to_its_first_sentence(summaries: ModuleType) -> None:
    text = rendered(
        summaries, "reference/page.md", "# Page\n\n::: ecrkit.Registry\n\n::: ecrkit.Repository\n"
    )

    assert "| [`Registry`][ecrkit.Registry] | One account's registry in one region. |" in text


def test_a_page_about_one_class_lists_its_methods(summaries: ModuleType) -> None:
    text = rendered(summaries, "reference/page.md", "# Page\n\n::: ecrkit.Registry\n")

    assert "| [`repository`][ecrkit.Registry.repository] |" in text


def test_a_table_written_by_hand_is_kept(summaries: ModuleType) -> None:
    text = "# Page\n\n| Name | Use |\n| --- | --- |\n| a | b |\n\n::: ecrkit.Registry\n"

    assert rendered(summaries, "reference/page.md", text) == text


def test_other_pages_are_left_unchanged(summaries: ModuleType) -> None:
    text = "# Page\n\n::: ecrkit.Registry\n"

    assert rendered(summaries, "guides/page.md", text) == text
