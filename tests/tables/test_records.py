"""Plain values for pandas and CSV files."""

import csv
import io
import json
from datetime import datetime

import pytest

from ecrkit import Registry, Repository, models
from ecrkit.errors import InvalidInputError
from ecrkit.resources.findings import normalise
from ecrkit.tables import Rows, to_records
from ecrkit.testing import FakeTransport
from tests.samples import image

PLAIN = (str, int, float, bool, datetime, type(None))


def test_images_become_plain_values(repository: Repository) -> None:
    pushed = repository.push_image(image(), tags=["1.4.2", "latest"])

    [record] = repository.images().to_records()

    assert (record["digest"], record["tags"]) == (str(pushed.digest), "1.4.2,latest")
    assert list(record) == [
        "repository",
        "digest",
        "tags",
        "pushed_at",
        "size",
        "last_pulled_at",
        "status",
        "media_type",
        "artifact_type",
        "subject",
    ]
    assert {type(value) for value in record.values()} <= set(PLAIN)


def test_a_sorted_list_has_the_records_of_its_images(repository: Repository) -> None:
    repository.push_image(image(), tags="1")

    assert repository.images().newest_first().to_records() == repository.images().to_records()


def test_repositories_become_plain_values(registry: Registry, repository: Repository) -> None:
    record = next(each for each in registry.repositories().to_records() if each["name"] == repository.name)

    assert record["tag_mutability"] == "MUTABLE"
    assert type(record["tag_mutability"]) is str
    assert {type(value) for value in record.values()} <= set(PLAIN)


def test_findings_become_plain_values() -> None:
    raw = models.ImageScanFinding.model_validate({"name": "CVE-2026-1", "severity": "HIGH"})

    [record] = to_records(normalise(raw))

    assert (record["id"], record["severity"], record["score"]) == ("CVE-2026-1", "HIGH", None)


def test_models_become_their_fields(repository: Repository) -> None:
    pushed = repository.push_image(image(), tags="1")

    assert repository.tags().to_records() == [{"image_digest": str(pushed.digest), "image_tag": "1"}]


def test_structures_become_json() -> None:
    rule = models.RegistryScanningRule.model_validate(
        {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}
    )

    [record] = to_records([rule])

    assert json.loads(str(record["repository_filters"])) == [{"filter": "*", "filter_type": "WILDCARD"}]


def test_records_can_be_written_as_csv(repository: Repository) -> None:
    repository.push_image(image(), tags=["1", "2"])
    records = repository.images().to_records()
    file = io.StringIO()
    writer = csv.DictWriter(file, records[0])
    writer.writeheader()
    writer.writerows(records)
    file.seek(0)

    assert [row["tags"] for row in csv.DictReader(file)] == ["1,2"]


def test_a_handle_has_no_records() -> None:
    with pytest.raises(InvalidInputError, match="Repository has no values to convert"):
        to_records([Registry(FakeTransport()).repository("team/app")])


def test_slices_of_rows_are_rows() -> None:
    assert isinstance(Rows([1, 2, 3])[:2], Rows)
    assert Rows([1, 2, 3])[:2] == [1, 2]
    assert Rows([1, 2, 3])[1] == 2
