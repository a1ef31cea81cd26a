"""Runs the tests on every Python that ecrkit promises, and once with the oldest dependencies: `make test-all`.

`PYTHONS` names interpreters in place of the ones on the PATH, for example those of pyenv:

    make test-all PYTHONS="python3.11 ~/.pyenv/versions/3.12.1/bin/python"

`TESTS` is passed on to pytest, and narrows down what it runs: `make test-all TESTS="tests/unit -x"`.
"""

import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PROMISED = ("3.11", "3.12", "3.13", "3.14")
OLDEST = PROMISED[0]
LOWEST = "oldest dependencies"
TELLING = ("boto3", "pydantic", "tenacity", "pytest")


@dataclass(frozen=True, slots=True)
class Run:
    """What ran where, and how it ended."""

    ended: str
    """`passed`, or what failed."""

    where: str
    """The interpreter and the versions of what matters."""

    seconds: float

    def __str__(self) -> str:
        return f"{self.ended} in {self.seconds:.0f} s ({self.where})"


def main() -> int:
    """Run all there is, tell what is missing, and give the number of runs that failed."""
    named = os.environ.get("PYTHONS", "").split() or [f"python{version}" for version in PROMISED]
    found = {version: python for python in named if (version := _version(python)) in PROMISED}
    runs = {version: _test(python, Path(f".venv-{version}")) for version, python in sorted(found.items())}
    if OLDEST in found:
        constraints = ["--constraint", "constraints-lowest.txt"]
        runs[LOWEST] = _test(found[OLDEST], Path(".venv-lowest"), *constraints)
    print()
    for what in (*PROMISED, LOWEST):
        missing = f"not run, there is no Python {OLDEST if what == LOWEST else what} (see PYTHONS)"
        print(f"{what}: {runs.get(what, missing)}")
    failed = sum(run.ended != "passed" for run in runs.values())
    return failed if runs else 1


def _version(python: str) -> str:
    """Ask an interpreter for its version; none where a name on the PATH is a shim that leads nowhere."""
    command = [str(Path(python).expanduser()), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _test(python: str, environment: Path, *constraints: str) -> Run:
    print(f"\n== {environment.name} ({python})", flush=True)
    begun = time.monotonic()
    home = PROJECT / environment
    inside = str(home / "bin" / "python")
    install = [inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    newest = ["--upgrade", "--upgrade-strategy", "eager"]  # also where the environment is left from before
    parallel = ["-n", "2", "--dist", "loadfile"]
    steps = {
        "making the environment": [str(Path(python).expanduser()), "-m", "venv", str(home)],
        "installing": [
            *install,
            *newest,
            *constraints,
            "--editable",
            ".[local,progress,zstd,fast-gzip,test]",
        ],
        "tests": [inside, "-m", "pytest", "-q", *parallel, *shlex.split(os.environ.get("TESTS", ""))],
    }
    failed = next((name for name, step in steps.items() if not _succeeds(step)), None)
    ended = "passed" if failed is None else f"FAILED ({failed})"
    return Run(ended, _installed(inside), time.monotonic() - begun)


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, cwd=PROJECT, check=False).returncode == 0
    except OSError as error:  # no such program
        print(error)
        return False


def _installed(python: str) -> str:
    """Say what the tests ran with."""
    ask = (
        "import sys; from importlib.metadata import version; "
        f"print('Python', sys.version.split()[0], *[f'{{name}} {{version(name)}}' for name in {TELLING}], sep=', ')"
    )
    try:
        asked = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return "nothing installed"
    return asked.stdout.strip().replace("Python, ", "Python ") or "not everything installed"


if __name__ == "__main__":
    sys.exit(main())
