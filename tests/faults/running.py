"""Starts the programs of `tests.faults.programs`, and ends those that are still there."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]

Program = subprocess.Popen[str]


@contextmanager
def running(*arguments: str | Path) -> Generator[Program]:
    """Run one program, with pipes to it; kill it at the end if it has not ended."""
    command = [sys.executable, "-m", "tests.faults.programs", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def line_of(program: Program) -> str:
    """Wait for the next line that the program says; where there is none, say what it complained about."""
    assert program.stdout is not None
    assert program.stderr is not None
    line = program.stdout.readline().strip()
    assert line, program.stderr.read()
    return line


def go_on(program: Program) -> None:
    """Let a program go on that waits for a line."""
    assert program.stdin is not None
    program.stdin.write("\n")
    program.stdin.flush()
