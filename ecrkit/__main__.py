"""`python -m ecrkit doctor`: tells why ECR cannot be reached, and what to do."""

import argparse
import sys
from collections.abc import Sequence

from ecrkit.doctor import examine
from ecrkit.resources.registry import Registry


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found; returns 1 where something is wrong."""
    parser = argparse.ArgumentParser("python -m ecrkit", description="Tools of ecrkit.")
    commands = parser.add_subparsers(required=True, metavar="doctor")
    doctor = commands.add_parser("doctor", help="tell why ECR cannot be reached, and what to do")
    doctor.add_argument("--region", help="the region; what boto3 finds if absent")
    doctor.add_argument("--endpoint-url", help="where to send requests; AWS if absent")
    options = parser.parse_args(arguments)
    passed = True
    for check in examine(lambda: Registry(region_name=options.region, endpoint_url=options.endpoint_url)):
        print(check, flush=True)  # noqa: T201 -- a command line tool
        passed = passed and check.passed
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
