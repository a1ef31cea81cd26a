"""`python -m ecrkit.local`: the local ECR in the foreground, until Ctrl-C or SIGTERM."""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from ecrkit.errors import ConfigurationError, InvalidInputError
from ecrkit.local.credentials import read_credentials_file
from ecrkit.local.server import LocalECR
from ecrkit.local.settings import Settings

_CANNOT_START = 2
_LOG_FORMAT = "%(asctime)s %(message)s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server, and return the exit status: 2 if it cannot start."""
    options = _parser().parse_args(arguments)
    stop = threading.Event()

    def stop_now(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop_now)
    logging.basicConfig(level=logging.WARNING if options.quiet else logging.INFO, format=_LOG_FORMAT)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    settings = Settings(
        account=options.account,
        region=options.region,
        anonymous=options.anonymous,
        allowed_hosts=tuple(options.allow_host),
        clean_scans=options.clean_scans,
    )
    try:
        keys = read_credentials_file(options.require_auth) if options.require_auth else None
        ecr = LocalECR(
            options.data,
            options.port,
            host=options.host,
            settings=settings,
            keys=keys,
            seed=options.seed,
            events_to=options.events_to,
        )
        ecr.start()
        if options.findings:
            _load_findings(ecr, options.findings)
    except (ConfigurationError, InvalidInputError) as error:
        print(f"ecrkit.local: {error}", file=sys.stderr)  # noqa: T201 -- a command line tool
        return _CANNOT_START
    print(_greeting(ecr.endpoint_url, options.region), flush=True)  # noqa: T201 -- a command line tool
    stop.wait()
    ecr.stop()
    return 0


def _load_findings(ecr: LocalECR, path: Path) -> None:
    try:
        ecr.findings.load(path)
    except InvalidInputError:
        ecr.stop()
        raise


def _greeting(url: str, region: str) -> str:
    return f"""Local ECR on {url}

For the AWS CLI and boto3:
  export AWS_ENDPOINT_URL_ECR={url}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION={region}
For Docker, podman and skopeo:
  aws ecr get-login-password | docker login --username AWS --password-stdin {url.removeprefix("http://")}
In a browser: {url}/
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ecrkit.local", description="A local ECR, for development and tests."
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=5005, help="0 for any free port (default: %(default)s)")
    parser.add_argument("--data", help="data folder (default: a temporary folder)")
    parser.add_argument("--account", default=Settings().account, help="the account of the caller")
    parser.add_argument(
        "--region", default=Settings().region, help="the region to show, and of anonymous pulls"
    )
    parser.add_argument("--quiet", action="store_true", help="do not log requests")
    parser.add_argument(
        "--require-auth",
        type=Path,
        metavar="FILE",
        help="verify signatures against the keys in this file, in the format of ~/.aws/credentials",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another host name to accept besides loopback names; may be repeated",
    )
    parser.add_argument("--clean-scans", action="store_true", help="let scans complete and find nothing")
    parser.add_argument(
        "--findings",
        type=Path,
        metavar="FILE",
        help="scan findings: output of `aws ecr describe-image-scan-findings`, or a list of such outputs",
    )
    parser.add_argument(
        "--seed",
        type=Path,
        metavar="FILE",
        help="create the repositories and images in this YAML file",
    )
    parser.add_argument(
        "--events-to", metavar="URL", help="post EventBridge events to this URL of 127.0.0.1, as JSON"
    )
    parser.add_argument(
        "--anonymous", action="store_true", help="accept Docker and other clients without a login, unlike ECR"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
