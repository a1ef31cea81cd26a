"""Progress within a part, over HTTP: parts as large as those of the service are sent in several pieces."""

from collections.abc import Iterator

import pytest

from ecrkit import LayerEvent, Repository
from ecrkit.events import BytesSent, PartSent
from ecrkit.local import LocalECR
from ecrkit.push import LayerUpload, layer_source
from ecrkit.push.engine import Conditions
from ecrkit.transfer import EcrApi
from tests.samples import noise

CONTENT = noise(12 * 1024 * 1024)


@pytest.fixture(scope="module")
def repository() -> Iterator[Repository]:
    with LocalECR() as ecr:
        yield ecr.registry().create_repository("team/app")


def test_the_bytes_of_a_part_are_told_while_it_is_sent(repository: Repository) -> None:
    events: list[LayerEvent] = []

    LayerUpload(
        EcrApi(repository.client, repository.name),
        layer_source(CONTENT),
        conditions=Conditions(update_every=0),
        emit=events.append,
    ).run()

    first_part = next(number for number, each in enumerate(events) if isinstance(each, PartSent))
    sent = [each.sent for each in events[:first_part] if isinstance(each, BytesSent)]
    assert len(sent) > 1
    assert sent == sorted(sent)
    assert 0 < sent[0] < sent[-1] < 10 * 1024 * 1024


def test_what_is_raised_on_hearing_of_bytes_sent_ends_the_upload(repository: Repository) -> None:
    told: list[LayerEvent] = []

    def broken(event: LayerEvent) -> None:
        told.append(event)
        if isinstance(event, BytesSent):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        LayerUpload(
            EcrApi(repository.client, repository.name),
            layer_source(CONTENT),
            conditions=Conditions(update_every=0),
            emit=broken,
        ).run()

    assert isinstance(told[-1], BytesSent)
