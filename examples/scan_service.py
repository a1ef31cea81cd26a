"""An async service that waits for many scans at once: a line with an image comes in, a line with its findings goes out.

    echo team/app:1.4.2 | python examples/scan_service.py

Every wait is a task, and none blocks the event loop. The answers come in the order in which the scans end.
"""

import asyncio
import json
import sys
from collections import Counter

from ecrkit import EcrKitError, Registry


async def watch(registry: Registry, name: str) -> dict[str, object]:
    """Wait for the image, then for its scan, and count the findings by their severity."""
    repository, _, tag = name.partition(":")
    try:
        image = await registry.repository(repository).image(tag).until_exists().with_options(timeout=600)
        await image.until_scanned().with_options(timeout=600)
        counts = Counter([str(finding.severity) async for finding in image.findings()])
    except EcrKitError as error:  # one image that fails must not end the service
        return {"image": name, "error": str(error)}
    return {"image": name, "digest": image.digest, "findings": dict(counts)}


async def main() -> None:
    """Start a task for each line, and write each result as soon as it is there."""
    registry = Registry()

    async def answer(name: str) -> None:
        print(json.dumps(await watch(registry, name)), flush=True)

    async with asyncio.TaskGroup() as tasks:
        while line := await asyncio.to_thread(sys.stdin.readline):
            if name := line.strip():
                tasks.create_task(answer(name))


if __name__ == "__main__":
    asyncio.run(main())
