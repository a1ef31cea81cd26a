"""From the HTML of the model to Markdown."""

import pytest

from codegen.prose import docstring, first_sentence, lines, markdown


def told(html: str, width: int = 100) -> list[str]:
    return lines(markdown(html, lambda name: {"imageTag": "image_tag"}.get(name, name)), width)


def test_paragraphs_stand_apart() -> None:
    assert told("<p>One.</p> <p>Two.</p>") == ["One.", "", "Two."]


def test_names_in_code_are_ours() -> None:
    assert told("<p>The <code>imageTag</code> of it.</p>") == ["The `image_tag` of it."]


def test_links_are_kept() -> None:
    assert told('<p>See <a href="https://x/y"> the guide</a>.</p>') == ["See [the guide](https://x/y)."]


def test_a_reference_without_an_address_is_code() -> None:
    assert told("<p>See <a>PutImage</a>.</p>") == ["See `PutImage`."]


def test_a_note_is_indented() -> None:
    assert told("<p>One.</p> <note> <p>Mind this.</p> </note>") == ["One.", "", "Note:", "    Mind this."]


def test_a_warning_does_not_come_first() -> None:
    assert told("<important> <p>Mind this.</p> </important> <p>One.</p>")[0] == "One."


def test_lists_are_lists() -> None:
    assert told("<p>Either:</p> <ul> <li> <p>One</p> </li> <li> <p>Two</p> </li> </ul>") == [
        "Either:",
        "",
        "- One",
        "- Two",
    ]


def test_long_paragraphs_are_wrapped() -> None:
    assert told("<p>aaaa bbbb cccc</p>", width=10) == ["aaaa bbbb", "cccc"]


def test_an_element_that_nobody_has_thought_of_is_refused() -> None:
    with pytest.raises(ValueError, match="<table>"):
        told("<table></table>")


def test_the_first_sentence_is_all_before_the_second() -> None:
    assert first_sentence(markdown("<p>One e.g. this. Two.</p>", str)) == "One e.g. this."


def test_short_docstrings_take_one_line() -> None:
    assert docstring(["Short."], 4) == ['    """Short."""']


def test_a_backslash_makes_a_docstring_raw() -> None:
    assert docstring([r"A \d."], 0) == ['r"""A \\d."""']
