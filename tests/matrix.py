"""Runs the tests on every Python that ecrkit promises, and once with the oldest dependencies: `make test-all`.

`PYTHONS` names interpreters in place of the ones on the PATH, for example those of pyenv:

    make test-all PYTHONS="python3.11 ~/.pyenv/versions/3.12.1/bin/python"

`TESTS` narrows down what pytest runs.
"""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PROMISED = ("3.11", "3.12", "3.13")
OLDEST = PROMISED[0]


def main() -> int:
    """Run all there is, tell what is missing, and give the number of runs that failed."""
    named = os.environ.get("PYTHONS", "").split() or [f"python{version}" for version in PROMISED]
    found = {version: python for python in named if (version := _version(python)) is not None}
    missing = [version for version in PROMISED if version not in found]
    results = {version: _test(python, Path(f".venv-{version}")) for version, python in sorted(found.items())}
    if OLDEST in found:
        lowest = ["--constraint", "constraints-lowest.txt"]
        results["oldest dependencies"] = _test(found[OLDEST], Path(".venv-lowest"), *lowest)
    else:
        missing.append("oldest dependencies")
    print()
    for what, passed in results.items():
        print(f"{what}: {'passed' if passed else 'FAILED'}")
    for what in missing:
        print(f"{what}: not run, there is no Python {what if what in PROMISED else OLDEST} (see PYTHONS)")
    return sum(not passed for passed in results.values())


def _version(python: str) -> str | None:
    """Ask an interpreter for its version: a name on the PATH may be a shim that leads nowhere."""
    command = [str(Path(python).expanduser()), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def _test(python: str, environment: Path, *constraints: str) -> bool:
    print(f"\n== {environment.name} ({python})", flush=True)
    home = PROJECT / environment
    inside = str(home / "bin" / "python")
    install = [inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    extras = "local,progress,zstd,test"
    commands = [
        [str(Path(python).expanduser()), "-m", "venv", str(home)],
        [*install, *constraints, "--editable", f".[{extras}]"],
        [
            inside,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:anyio",
            "-n",
            "2",
            "--dist",
            "loadfile",
            *os.environ.get("TESTS", "").split(),
        ],
    ]
    return all(subprocess.run(command, cwd=PROJECT, check=False).returncode == 0 for command in commands)


if __name__ == "__main__":
    sys.exit(main())
