"""Whether the installed botocore is older than the service model, as it is once on purpose in `make test-all`."""

import botocore

from ecrkit.models._operations import BOTOCORE_VERSION


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


OUTDATED = _numbers(botocore.__version__) < _numbers(BOTOCORE_VERSION)
