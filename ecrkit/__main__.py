"""`python -m ecrkit doctor`: finds out why ECR cannot be reached, and says what to do."""

import argparse
import sys
from collections.abc import Sequence

from ecrkit._version import __version__
from ecrkit.doctor import examine
from ecrkit.resources.registry import Registry


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found; return 1 if something is wrong."""
    parser = argparse.ArgumentParser("python -m ecrkit", description="Tools of ecrkit.")
    parser.add_argument("--version", action="version", version=f"ecrkit {__version__}")
    commands = parser.add_subparsers(required=True, metavar="doctor")
    doctor = commands.add_parser("doctor", help="find out why ECR cannot be reached")
    doctor.add_argument("--region", help="defaults to the region that boto3 finds")
    doctor.add_argument("--endpoint-url", help="defaults to AWS")
    options = parser.parse_args(arguments)
    passed = True
    for check in examine(lambda: Registry(region_name=options.region, endpoint_url=options.endpoint_url)):
        print(check, flush=True)  # noqa: T201 -- a command line tool
        passed = passed and check.passed
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
