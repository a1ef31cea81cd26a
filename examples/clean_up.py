"""Clean a repository up with a plan that is read before anything is deleted.

    python examples/clean_up.py team/app --days 14 --keep 5             # shows the plan
    python examples/clean_up.py team/app --days 14 --keep 5 --apply     # and carries it out

Images without a tag go if they are old enough. What an index lists stays with it, and so does what refers to an image.
"""

import argparse
import sys
from datetime import timedelta

from ecrkit import Registry


def main() -> None:
    """Show the plan; carry it out if asked to."""
    parser = argparse.ArgumentParser(description="Delete old images without a tag.")
    parser.add_argument("repository")
    parser.add_argument("--days", type=float, default=14, help="younger images stay")
    parser.add_argument("--keep", type=int, default=5, help="the youngest of those without a tag stay")
    parser.add_argument("--apply", action="store_true")
    options = parser.parse_args()
    repository = Registry().repository(options.repository)
    plan = repository.plan_delete(
        untagged=True, older_than=timedelta(days=options.days), keep_latest=options.keep
    )
    print(plan)
    if not options.apply or not plan.deletes:
        return
    report = plan.apply()
    print(f"deleted {len(report.deleted)}, left alone {len(report.left)}")
    for failure in report.failures:
        print(f"kept {failure.what}: {failure.error}", file=sys.stderr)
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main()
