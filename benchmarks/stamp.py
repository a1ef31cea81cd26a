"""When, where and with what a table was made."""

import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count
from pathlib import Path

_PACKAGES = ("boto3", "pydantic", "pybase64", "oras", "python-dxf")


@dataclass(frozen=True)
class Stamp:
    """The context of a measurement."""

    date: str
    machine: str
    versions: str
    command: str

    def lines(self) -> list[str]:
        """Say it in three lines."""
        return [f"{self.date}, {self.machine}", self.versions, f"made by: {self.command}"]


def make_stamp(command: str) -> Stamp:
    """Look at the clock, the machine and what is installed."""
    machine = f"{_processor()}, {cpu_count()} cores, {platform.system()} {platform.release()}"
    found = [f"Python {platform.python_version()}", f"ecrkit {_ecrkit_version()}"]
    found += [f"{package} {_version(package)}" for package in _PACKAGES]
    found.append(f"skopeo {_skopeo_version()}")
    return Stamp(datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), machine, ", ".join(found), command)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _ecrkit_version() -> str:
    # Read, not imported: its package need not be complete for that.
    source = Path(__file__).resolve().parent.parent / "ecrkit" / "_version.py"
    found = re.search(r'__version__ = "(.+)"', source.read_text())
    return found[1] if found else "unknown"


def _skopeo_version() -> str:
    skopeo = shutil.which("skopeo")
    if skopeo is None:
        return "not installed"
    said = subprocess.run([skopeo, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[-1]


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
