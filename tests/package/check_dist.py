"""Looks at the wheel and the sdist in a folder as a stranger who installs them: `python tests/package/check_dist.py dist`.

The wheel is installed into an environment of its own, where nothing else of this project can be imported.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SMOKE_TEST = Path(__file__).with_name("smoke.py")
SHIPPED = "ecrkit/"
NEEDED = {"ecrkit/py.typed", "ecrkit/__init__.py", "ecrkit/models/_operations.py", "ecrkit/local/__main__.py"}


def main(folder: Path) -> None:
    """Check all there is, and print sizes and times."""
    version = _version()
    wheel, sdist = folder / f"ecrkit-{version}-py3-none-any.whl", folder / f"ecrkit-{version}.tar.gz"
    others = sorted(set(folder.iterdir()) - {wheel, sdist})
    if others or not wheel.exists() or not sdist.exists():
        sys.exit(
            f"{folder} should hold {wheel.name} and {sdist.name} alone, not {[path.name for path in others]}"
        )
    _check_changelog(version)
    _check_contents(wheel)
    for path in (wheel, sdist):
        print(f"{path.name}: {path.stat().st_size / 1024:,.0f} KiB")
    with tempfile.TemporaryDirectory() as fresh:
        _try(wheel, Path(fresh))


def _version() -> str:
    text = (PROJECT / "ecrkit/_version.py").read_text("utf-8")
    found = re.search(r'__version__ = "([^"]+)"', text)
    return found[1] if found else sys.exit("ecrkit/_version.py has no version")


def _check_changelog(version: str) -> None:
    newest = re.search(r"^## (\S+)", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if newest is None or newest[1] != version:
        sys.exit(f"The package is {version}, but CHANGELOG.md begins with {newest and newest[1]}")


def _check_contents(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    foreign = sorted(
        name for name in names if not name.startswith((SHIPPED, f"{wheel.name.split('-py3')[0]}.dist-info/"))
    )
    if foreign:
        sys.exit(f"The wheel has what belongs to the project alone: {foreign[:5]}")
    if missing := sorted(NEEDED - names):
        sys.exit(f"The wheel lacks {missing}")


def _try(wheel: Path, fresh: Path) -> None:
    venv.create(fresh / "venv", with_pip=True)
    python = str(fresh / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(wheel)], check=True)
    # Isolated, so that neither the folder it is started from nor PYTHONPATH can help.
    subprocess.run([python, "-I", str(SMOKE_TEST), "bare"], cwd=fresh, check=True)
    subprocess.run([*pip, f"{wheel}[{','.join(_extras())}]"], check=True)
    subprocess.run([python, "-I", str(SMOKE_TEST), "full"], cwd=fresh, check=True)


def _extras() -> list[str]:
    """Name the extras that are for users."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    return [name for name in project["optional-dependencies"] if name != "dev"]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
