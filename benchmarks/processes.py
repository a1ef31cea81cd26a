"""Run each measurement in its own process, with its cost from the operating system."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO

MIB = 1024 * 1024
_LONGEST_RUN = 600.0
_OPTIONAL = {"oras", "dxf"}
_WATCH = Path(__file__).resolve().with_name("watch.py")
_ROOT = _WATCH.parent.parent


class NotInstalledError(Exception):
    """An optional tool is not installed."""


class RunFailedError(Exception):
    """A program of the benchmark failed."""


@dataclass(frozen=True)
class Cost:
    """Cost of one process and its children."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int

    def __sub__(self, idle: "Cost") -> "Cost":
        """Subtract the cost of an idle process of the same kind: its start, its imports, its client."""
        return Cost(
            self.wall_seconds - idle.wall_seconds,
            self.cpu_seconds - idle.cpu_seconds,
            self.peak_bytes - idle.peak_bytes,
        )


@dataclass(frozen=True)
class Program:
    """A command to measure; with a `feed`, that file comes through a pipe to its standard input."""

    command: Sequence[str]
    feed: Path | None = None


@dataclass(frozen=True)
class Rounds:
    """Number of runs of each program."""

    counted: int
    warm_up: int = 1
    """Runs before those that count."""

    @property
    def total(self) -> int:
        """All runs of one program."""
        return self.counted + self.warm_up


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a module of this project."""
    return (sys.executable, "-m", module, *arguments)


def environment() -> dict[str, str]:
    """Return children credentials that are none, and keep the user's own AWS settings out of the numbers."""
    # Bytecode is written by the first run and read by the others, as on any machine.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("AWS_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    python_path = os.pathsep.join(part for part in (str(_ROOT), kept.get("PYTHONPATH")) if part)
    return kept | {
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": python_path,
    }


def measure(program: Program) -> Cost:
    """Run a program to its end, watched by `watch.py`.

    Raises:
        NotInstalledError: The program, or the module that it is about, is missing.
        RunFailedError: It ended with an error, or not in time.
    """
    if shutil.which(program.command[0]) is None:
        raise NotInstalledError(f"{program.command[0]} is not installed")
    feeder = subprocess.Popen(["cat", str(program.feed)], stdout=subprocess.PIPE) if program.feed else None
    try:
        said, complaints = _watch(program.command, feeder.stdout if feeder else None)
    finally:
        if feeder:
            _end(feeder)
    wall, cpu, peak, code = said.split()
    if int(code):
        raise _failure(int(code), complaints)
    return Cost(float(wall), float(cpu), int(peak))


def measure_interleaved(programs: Mapping[str, Program], rounds: Rounds) -> dict[str, Cost | Exception]:
    """Run A B A B ..., and give the median of each or why there is none."""
    runs: dict[str, list[Cost]] = {name: [] for name in programs}
    problems: dict[str, Exception] = {}
    for number in range(rounds.total):
        for name, program in programs.items():
            if name in problems:
                continue
            try:
                cost = measure(program)
            except (NotInstalledError, RunFailedError) as error:
                problems[name] = error
                continue
            if number >= rounds.warm_up:
                runs[name].append(cost)
    return {name: problems.get(name) or median_cost(runs[name]) for name in programs}


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Take the median of each number by itself."""
    return Cost(
        median(cost.wall_seconds for cost in costs),
        median(cost.cpu_seconds for cost in costs),
        int(median(cost.peak_bytes for cost in costs)),
    )


def _watch(command: Sequence[str], standard_input: IO[bytes] | None) -> tuple[str, str]:
    watcher = subprocess.Popen(
        [sys.executable, "-I", "-S", str(_WATCH), *command],
        stdin=standard_input or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,  # so that an overdue program ends together with its watcher
    )
    try:
        return watcher.communicate(timeout=_LONGEST_RUN)
    except BaseException as error:
        os.killpg(watcher.pid, signal.SIGKILL)
        watcher.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise RunFailedError(f"{' '.join(command)} took longer than {_LONGEST_RUN:.0f} s") from error
        raise


def _end(feeder: "subprocess.Popen[bytes]") -> None:
    if feeder.stdout:
        feeder.stdout.close()
    feeder.wait()


def _failure(code: int, complaints: str) -> Exception:
    lines = complaints.strip().splitlines()
    last = lines[-1] if lines else "it said nothing"
    missing = re.fullmatch(r"ModuleNotFoundError: No module named '(\w+).*'", last)
    if missing and missing[1] in _OPTIONAL:
        return NotInstalledError(f"{missing[1]} is not installed")
    return RunFailedError(f"ended with {code}: {last}")
