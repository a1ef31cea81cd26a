"""`python -m codegen` writes the generated files; `python -m codegen --check` lists those that are out of date."""

import argparse
import sys
from pathlib import Path

from codegen import async_classes, error_package, exports, output, overrides, service
from codegen.async_classes import AsyncClasses
from codegen.errors import Errors
from codegen.models import Models
from codegen.naming import ReservedNameError
from codegen.overrides import OverrideError
from codegen.service import StaleModelError

PROJECT = Path(__file__).parent.parent


def generate() -> dict[Path, str]:
    """Return the text of every generated file by its path in the project.

    Raises:
        OverrideError: The model has something new that `overrides.toml` does not decide on yet.
        ReservedNameError: A member needs another name.
        StaleModelError: A vendored file does not match its stamp.
    """
    model = service.load()
    decisions = overrides.load(model)
    header = f"{output.MARK}{model.uid} (botocore {model.botocore}) by `make codegen`. Do not edit."
    models, errors = Models(model, decisions, header), Errors(model, decisions, header)
    files = {Path("ecrkit/models", name): text for name, text in models.files().items()}
    service_errors = {error_package.PACKAGE / "_service.py": errors.file()}
    modules = error_package.hand_written(PROJECT) | service_errors
    files |= service_errors
    files[error_package.PACKAGE / "__init__.py"] = error_package.package(modules, header)
    if undocumented := sorted({*models.undocumented, *errors.undocumented}):
        raise OverrideError(f"overrides.toml: {'; '.join(undocumented)}")
    files |= AsyncClasses(PROJECT, async_classes.load()).files()
    files[async_classes.PACKAGE / "__init__.py"] = exports.with_exports(async_classes.package(), "ecrkit.aio")
    files |= {path: text for path, text in exports.lazy_packages(PROJECT).items() if path not in files}
    return output.formatted(files, PROJECT / "pyproject.toml")


def main(arguments: list[str] | None = None, root: Path = PROJECT) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    try:
        files = generate()
    except (OverrideError, ReservedNameError, StaleModelError) as error:
        print(error, file=sys.stderr)
        return 1
    if parser.parse_args(arguments).check:
        found = output.stale(files, root)
        for path in found:
            print(f"{path} is out of date; run `make codegen`", file=sys.stderr)
        return 1 if found else 0
    for path in output.write(files, root):
        print(path)
    return 0


def main_with_page() -> int:
    """Run the command line, then update or check the page of errors."""
    if failed := main():
        return failed
    from codegen import error_page  # noqa: PLC0415 -- it reads the classes that have just been written

    return error_page.main(check="--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main_with_page())
