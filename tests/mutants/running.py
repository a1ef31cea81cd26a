"""Runs tests in processes of their own: with every line they run noted, or with one module broken."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any

import pytest
from pydantic import TypeAdapter

_PLUGINS = ("pytest_asyncio.plugin", "pytest_timeout", "_hypothesis_pytestplugin")
_OPTIONS = [
    *("-qq", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *(word for plugin in _PLUGINS for word in ("-p", plugin)),
]
_SLOW_TO_IMPORT = (
    *_PLUGINS,
    "boto3.session",
    "ecrkit.local",
    "starlette.applications",
    "tenacity",
    "uvicorn",
)


@dataclass(frozen=True, slots=True, order=True)
class Ran:
    """A test that succeeded while nothing was broken."""

    seconds: float
    test: str
    lines: dict[str, list[int]]
    """The lines that it ran, of each file."""


def prepare() -> None:
    """Import what takes its time here, and not in the process of each mutant."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in _SLOW_TO_IMPORT:
        import_module(name)


def record(paths: list[Path], tests: list[str]) -> list[Ran]:
    """Run the tests while nothing is broken, and note what each of them runs."""
    with TemporaryDirectory() as folder:
        notes = Path(folder, "notes.json")

        def run() -> int:
            for path in paths:
                import_module(_name(path))
            recorder = _Recorder({str(path.resolve()) for path in paths})
            code = pytest.main([*_OPTIONS, *tests], plugins=[recorder])
            notes.write_bytes(_NOTES.dump_json(recorder.ran))
            return code

        if (code := _in_a_process(run, patience=3600)) != 0:
            sys.exit(f"The tests fail although nothing is broken: pytest ended with {code}")
        return _NOTES.validate_json(notes.read_bytes())


def notices(path: Path, code: CodeType, tests: list[str], *, patience: float) -> bool:
    """Tell whether a test fails, or does not come to its end, where a module has this code."""

    def run() -> int:
        if _name(path) in sys.modules:  # then others have taken names from it
            for name in [name for name in sys.modules if name.partition(".")[0] == "ecrkit"]:
                del sys.modules[name]
        sys.meta_path.insert(0, _Broken(path, code))
        return pytest.main([*_OPTIONS, "-x", *tests])

    return _in_a_process(run, patience) != 0


class _Recorder:
    def __init__(self, files: set[str]) -> None:
        self.ran: list[Ran] = []
        self._lines: dict[str, set[int]] = {file: set() for file in files}

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        lines = self._lines.get(frame.f_code.co_filename)
        if lines is None:
            return None
        lines.add(frame.f_lineno)
        return self._trace

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        for lines in self._lines.values():
            lines.clear()
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        begun = time.monotonic()
        result = yield
        sys.settrace(None)
        seconds = time.monotonic() - begun
        found = {file: sorted(lines) for file, lines in self._lines.items() if lines}
        self.ran.append(Ran(seconds, item.nodeid, found))
        return result


class _Broken(MetaPathFinder):
    """Gives a module the code of a mutant."""

    def __init__(self, path: Path, code: CodeType) -> None:
        self._path, self._code = path, code

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != _name(self._path):
            return None
        return spec_from_file_location(name, self._path, loader=_Loader(name, str(self._path), self._code))


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


def _in_a_process(work: Callable[[], int], patience: float) -> int:
    """Give what the work comes to in a process that ends with it, or -1 where it does not end in so many seconds."""
    if (child := os.fork()) == 0:
        code = 1
        try:
            os.setsid()
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (1, 2):
                os.dup2(nothing, stream)
            code = int(work())
        finally:
            os._exit(code)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


_NOTES = TypeAdapter(list[Ran])
