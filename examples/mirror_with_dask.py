"""Mirror a repository with the workers of a Dask cluster, which may be on many machines.

    dask scheduler & dask worker 127.0.0.1:8786 & dask worker 127.0.0.1:8786 &
    python examples/mirror_with_dask.py 127.0.0.1:8786 docker.io/library/python mirror/python --tags "3.1?-slim*"

A dry run plans one job for each image. Jobs are independent and idempotent, so a job whose worker died simply runs again.
They carry no credentials: each worker uses its own for AWS, and its own login of Docker for the registry. At the end, a second
dry run finds out whether everything is there.
"""

import argparse
import sys
from typing import Any, cast

import distributed

from ecrkit import Registry, oci
from ecrkit.copying import CopyJob

dask = cast("Any", distributed)  # it has no types


def run(job: CopyJob) -> str:
    """Copy one image, on a worker."""
    return f"{', '.join(job.image.tags)}: {job.run()}"


def main() -> None:
    """Plan, let the cluster copy, and compare."""
    parser = argparse.ArgumentParser(description="Mirror a repository with Dask.")
    parser.add_argument("scheduler")
    parser.add_argument("source", help="for example docker.io/library/python")
    parser.add_argument("target", help="repository of ECR")
    parser.add_argument("--tags", help="only matching tags")
    options = parser.parse_args()
    source = oci.remote_repository(options.source)
    target = Registry().create_repository(options.target, exist_ok=True)

    plan = target.sync_from(source, tags=options.tags, dry_run=True)
    print(plan.summary, flush=True)
    with dask.Client(options.scheduler) as cluster:
        # With pure=True, Dask would not run a job again whose result it remembers.
        futures = cluster.map(run, plan.jobs, pure=False, retries=3)
        for future in dask.as_completed(futures):
            print(future.result(), flush=True)

    left = target.sync_from(source, tags=options.tags, dry_run=True)
    left.raise_on_failure()
    print(left.summary)
    sys.exit(1 if left.jobs else 0)


if __name__ == "__main__":
    main()
