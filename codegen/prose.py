"""Documentation: from the HTML of the service model to the Markdown of a docstring."""

import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

WIDTH = 110

Rename = Callable[[str], str]
"""Returns our name for a name of the service, such as `imageTag` or `ImageDetail$imageTags`."""


@dataclass
class Block:
    """A paragraph, list item or admonition of the text."""

    kind: str
    text: str = ""
    inside: list["Block"] = field(default_factory=list["Block"])


def markdown(html: str, rename: Rename) -> list[Block]:
    """Turn the HTML of the model into blocks, with our names in place of the wire's."""
    reader = _Reader(rename)
    reader.feed(html)
    reader.close()
    blocks = [block for block in reader.root.inside if block.text or block.inside]
    # A docstring begins with what the thing is, not with a warning about it.
    first = next((block for block in blocks if block.kind == "p"), None)
    return [first, *(block for block in blocks if block is not first)] if first else blocks


def first_sentence(blocks: list[Block]) -> str:
    """Return the first sentence of a text."""
    text = blocks[0].text
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text, maxsplit=1)[0]


def lines(blocks: Iterable[Block], width: int) -> list[str]:
    """Format blocks as lines of Markdown, with an empty line between paragraphs."""
    out: list[str] = []
    previous = ""
    for block in blocks:
        if out and not (block.kind == previous == "li"):
            out.append("")
        out += _block_lines(block, width)
        previous = block.kind
    return out


def docstring(body: list[str], indent: int) -> list[str]:
    """Put lines between quotes, on one line where they fit."""
    pad = " " * indent
    opening = 'r"""' if any("\\" in line for line in body) else '"""'
    if len(body) == 1 and not body[0].endswith('"') and len(pad + opening + body[0]) + 3 <= WIDTH:
        return [f'{pad}{opening}{body[0]}"""']
    first, *rest = body
    return [f"{pad}{opening}{first}", *(f"{pad}{line}".rstrip() for line in rest), f'{pad}"""']


def wrap(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Break a paragraph into lines; code and links stay in one piece."""
    wrapper = textwrap.TextWrapper(
        width=width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.wrap(text)


def _block_lines(block: Block, width: int) -> list[str]:
    if block.kind == "li":
        text = " ".join(part.text for part in [block, *block.inside] if part.text)
        return wrap(text, width, "- ", "  ")
    if block.kind in _ADMONITIONS:
        inner = lines(block.inside, width - 4)
        return [_ADMONITIONS[block.kind], *(f"    {line}".rstrip() for line in inner)]
    return wrap(block.text, width)


_ADMONITIONS = {"note": "Note:", "important": "Important:"}


class _Reader(HTMLParser):
    """Collect blocks into `root`."""

    def __init__(self, rename: Rename) -> None:
        super().__init__()
        self._rename = rename
        self.root = Block("root")
        self._open = [self.root]
        self._inline: list[tuple[str, str]] = []
        self._verbatim = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"p", "li", "note", "important"}:
            block = Block(tag)
            self._open[-1].inside.append(block)
            self._open.append(block)
        elif tag in {"code", "a"}:
            self._inline.append((tag, dict(attrs).get("href") or ""))
            self._verbatim = ""
        elif tag not in {"ul", "i"}:
            raise ValueError(f"the documentation uses <{tag}>, which codegen/prose.py does not know")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li", "note", "important"}:
            block = self._open.pop()
            block.text = " ".join(block.text.split())
        elif tag in {"code", "a"}:
            opened, href = self._inline.pop()
            text = " ".join(self._verbatim.split())
            self._verbatim = ""
            if opened == "a" and href:
                self._add(f"[{text}]({href})")
            else:
                self._add(f"`{self._rename(text)}`")

    def handle_data(self, data: str) -> None:
        if self._inline:
            self._verbatim += data
        else:
            self._add(data)

    def _add(self, text: str) -> None:
        block = self._open[-1]
        if block is self.root or block.kind in _ADMONITIONS:
            if not text.strip():
                return
            block.inside.append(Block("p"))
            block = block.inside[-1]
        block.text += text
