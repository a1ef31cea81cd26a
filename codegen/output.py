"""Write generated files, and find outdated ones."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

MARK = "# Generated from "
"""First line of a generated file; used to find files that are no longer generated."""


def formatted(files: Mapping[Path, str], configuration: Path) -> dict[Path, str]:
    """Let ruff sort imports, drop those not needed and break lines, with the rules of the project."""
    with tempfile.TemporaryDirectory(prefix="ecrkit-codegen-") as folder:
        root = Path(folder)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
        options = ["--quiet", "--no-cache", "--config", str(configuration)]
        _ruff(
            "check",
            "--select",
            "F401,I,RUF022",
            "--fix",
            "--config",
            'lint.isort.known-first-party=["ecrkit"]',
            *options,
            str(root),
        )
        _ruff("format", *options, str(root))
        return {path: (root / path).read_text("utf-8") for path in files}


def write(files: Mapping[Path, str], root: Path) -> list[Path]:
    """Bring the files below `root` up to date, remove strays, and name what changed."""
    changed = stale(files, root)
    for path in changed:
        if path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files[path], "utf-8")
        else:
            (root / path).unlink()
    return changed


def stale(files: Mapping[Path, str], root: Path) -> list[Path]:
    """Return the files that are missing, differ, or are generated but should not be there."""
    differing = [path for path, text in files.items() if _read(root / path) != text]
    return sorted([*differing, *_strays(files, root)])


def _strays(files: Mapping[Path, str], root: Path) -> Iterator[Path]:
    for folder in sorted({path.parent for path in files}):
        for found in sorted((root / folder).glob("*.py")):
            path = found.relative_to(root)
            if path not in files and found.read_text("utf-8").startswith(MARK):
                yield path


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def _ruff(*arguments: str) -> None:
    command = [sys.executable, "-m", "ruff", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
    if done.returncode:
        raise RuntimeError(f"ruff {arguments[0]} failed:\n{done.stdout}{done.stderr}")
