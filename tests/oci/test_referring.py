"""Walking from an image to what refers to it."""

from collections.abc import Iterator, Sequence

import pytest

from ecrkit import oci
from ecrkit.errors import InvalidImageError
from ecrkit.oci import Descriptor
from ecrkit.oci.referring import all_referrers
from ecrkit.references import Digest
from tests.samples import MemoryImages, image


class Inventing(MemoryImages):
    """Always has another referrer."""

    def __init__(self, *, width: int) -> None:
        first = image()
        super().__init__(first.blobs, first.roots)
        self.width = width
        self.made = 0

    def referrers_of(self, subjects: Sequence[Digest]) -> Iterator[Descriptor]:
        for _ in range(self.width):
            self.made += 1
            manifest = oci.build_index([], annotations={"number": str(self.made)})
            self.blobs[manifest.digest] = manifest.raw
            yield manifest.descriptor()


@pytest.mark.parametrize("width", [1, 100_000])
def test_a_source_that_invents_referrers_without_end_is_left(width: int) -> None:
    source = Inventing(width=width)

    with pytest.raises(InvalidImageError, match="leave the referrers out"):
        list(all_referrers(source, source.roots, source.referrers_of))

    assert source.made <= 10_001
