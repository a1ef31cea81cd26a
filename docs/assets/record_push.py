"""Record a real push to a local ECR, and the table of the repository: writes push-recording.svg beside this script.

Run it as `python docs/assets/record_push.py`, with the extras `local` and `progress`.
"""

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ecrkit import oci
from ecrkit.local import LocalECR
from ecrkit.progress import show_progress
from ecrkit.tables import table

FONTS = re.compile(
    r"@font-face \{.*?\}\s*", re.DOTALL
)  # of a content delivery network; the reader's own will do
SIZES = {"base": 48_000_000, "dependencies": 21_000_000, "app": 350_000}


class Terminal(io.StringIO):
    """A file that takes the display of a terminal."""

    def isatty(self) -> bool:
        """Return true: it stands in for a terminal."""
        return True


def main() -> None:
    """Push an image of three layers, and save what the terminal shows at the end."""
    terminal = Terminal()
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalECR() as ecr,
        oci.ImageBuilder("linux/amd64", compression="none") as builder,
    ):
        for name, size in SIZES.items():
            path = Path(folder, name)
            path.write_bytes(bytes(range(256)) * (size // 256))
            builder.add_file(path, to=f"/srv/{name}")
        repository = ecr.registry().create_repository("team/app")
        with show_progress(terminal) as progress:
            image = repository.push_image(builder.build(), tags=["1.5.0", "latest"], progress=progress)
        console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True)
        console.print(Text("$ python push.py", style="bold"))
        console.print(Text.from_ansi(last_frame(terminal.getvalue())))
        console.print(Text(str(image.report)))
        console.print()
        console.print(Text(">>> print(table(repository.images()))", style="bold"))
        console.print(Text(str(table(repository.images()))))
    svg = FONTS.sub("", console.export_svg(title="ecrkit"))
    (Path(__file__).parent / "push-recording.svg").write_text(svg, "utf-8")


def last_frame(output: str) -> str:
    """Return what is left on the terminal: the lines after the display moved the cursor up for the last time."""
    return output.rpartition("\x1b[1A")[2].rpartition("\x1b[2K")[2] or output


if __name__ == "__main__":
    main()
