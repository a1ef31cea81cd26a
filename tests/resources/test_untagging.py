"""Which tags may be removed."""

import pytest

from ecrkit.errors import LastTagError, NotTaggedError
from ecrkit.resources.untagging import check_untag


def test_the_last_tag_is_kept() -> None:
    with pytest.raises(LastTagError, match=r"'1\.4\.2' is the last tag of the image"):
        check_untag("1.4.2", ["1.4.2"], "the image", delete_image=False)


def test_a_tag_of_another_image_is_refused() -> None:
    with pytest.raises(NotTaggedError, match=r"'1\.4\.3' is not a tag of the image"):
        check_untag("1.4.3", ["1.4.2"], "the image", delete_image=True)
