"""`LocalECRProcess`: a local ECR in its own process, sharing no interpreter with the code under test."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from ecrkit._strings import items_of
from ecrkit.errors import ConfigurationError

_STOP_SECONDS = 20.0
_GREETING = "Local ECR on "


class LocalECRProcess:
    """Run `python -m ecrkit.local`. It can be killed; its clock, faults and findings cannot be reached from here.

    Args:
        data_dir: Data folder; defaults to a temporary folder.
        port: Port to listen on; 0 for any free port.
        options: More options of the command.
    """

    def __init__(
        self, data_dir: str | Path | None = None, port: int = 0, *, options: tuple[str, ...] = ()
    ) -> None:
        self._command = [
            sys.executable,
            "-m",
            "ecrkit.local",
            "--quiet",
            "--port",
            str(port),
            *items_of(options),
        ]
        if data_dir is not None:
            self._command += ["--data", str(data_dir)]
        self._process: subprocess.Popen[str] | None = None
        self._url: str | None = None

    @property
    def endpoint_url(self) -> str:
        """URL of the server."""
        if self._url is None:
            raise ConfigurationError("This local ECR is not running")
        return self._url

    def start(self) -> Self:
        """Start the process, and wait until it accepts requests.

        Raises:
            ConfigurationError: It cannot start; see its standard error.
        """
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- our own command
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith(_GREETING):
            self.stop()
            raise ConfigurationError("The local ECR did not start; see what it wrote to standard error")
        self._url = line.removeprefix(_GREETING).strip()
        return self

    def stop(self) -> None:
        """Stop the process, as Ctrl-C would."""
        self._end(kill=False)

    def kill(self) -> None:
        """Kill the process, as a crash would."""
        self._end(kill=True)

    def _end(self, *, kill: bool) -> None:
        process, self._process, self._url = self._process, None, None
        if process is None:
            return
        with process:
            (process.kill if kill else process.terminate)()
            if process.stdout is not None:
                process.stdout.read()
            process.wait(_STOP_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
