"""The Python on a page of the documentation, as the files that a reader would write down from it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_BLOCK = re.compile(
    r"^(?P<not_run> *<!-- not run: (?P<reason>.+?) -->\n+)?"
    r"^(?P<indent> *)```python(?P<info>[^\n]*)\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_OUTPUT = re.compile(r"^```(?:text|\{ \.text \.wrap \})\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')
SCRIPT = "page.py"


@dataclass(frozen=True)
class Page:
    """The blocks of one page. Those without the name of a file belong to one program, in their order."""

    files: dict[str, str] = field(default_factory=dict[str, str])
    """Text by name; each line stands where it stands on the page, so that tracebacks lead there."""

    left_out: tuple[str, ...] = ()
    """Why blocks are not run, one reason for each."""

    output: tuple[str, ...] = ()
    """The lines that the page shows as printed."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Find the blocks of a page."""
        lines: dict[str, list[str]] = {}
        left_out: list[str] = []
        for block in _BLOCK.finditer(text):
            if block["not_run"]:
                left_out.append(block["reason"])
                continue
            title = _TITLE.search(block["info"])
            written = lines.setdefault(title[1] if title else SCRIPT, [])
            written += [""] * (text.count("\n", 0, block.start("code")) - len(written))
            written += [line.removeprefix(block["indent"]) for line in block["code"].splitlines()]
        files = {name: "\n".join(written) + "\n" for name, written in lines.items()}
        output = [line for block in _OUTPUT.findall(text) for line in block.splitlines()]
        return cls(files, tuple(left_out), tuple(output))

    @property
    def tests(self) -> list[str]:
        """The files that are for pytest."""
        return sorted(name for name in self.files if name.startswith("test_"))

    def write(self, folder: Path) -> None:
        """Write the files down."""
        for name, text in self.files.items():
            (folder / name).write_text(text, "utf-8")
