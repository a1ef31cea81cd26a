"""`python -m codegen` writes the generated files; `python -m codegen --check` names those that are not current."""

import argparse
import sys
from pathlib import Path

from codegen import exports, output, overrides, service
from codegen.errors import Errors
from codegen.models import Models

PROJECT = Path(__file__).parent.parent


def generate() -> dict[Path, str]:
    """Give the text of every generated file by its path in the project."""
    model = service.load()
    decisions = overrides.load(model)
    header = f"{output.MARK}{model.uid} (botocore {model.botocore}) by `make codegen`. Do not edit."
    models = Models(model, decisions, header).files()
    files = {Path("ecrkit/models", name): text for name, text in models.items()}
    files[Path("ecrkit/errors/_service.py")] = Errors(model, decisions, header).file()
    files |= {path: text for path, text in exports.lazy_packages(PROJECT).items() if path not in files}
    return output.formatted(files, PROJECT / "pyproject.toml")


def main(arguments: list[str] | None = None, root: Path = PROJECT) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is not current")
    files = generate()
    if parser.parse_args(arguments).check:
        found = output.stale(files, root)
        for path in found:
            print(f"{path} is not what codegen writes; run `make codegen`", file=sys.stderr)
        return 1 if found else 0
    for path in output.write(files, root):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
