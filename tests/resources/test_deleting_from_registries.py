"""Plans to delete images from several repositories."""

import pytest

from ecrkit import Registry, Repository
from ecrkit.errors import InvalidInputError
from tests.samples import image, noise


def fill(registry: Registry) -> list[Repository]:
    names = ["job/a", "job/b", "other/c"]
    repositories = [registry.create_repository(name, exist_ok=True) for name in names]
    for number, each in enumerate(repositories):
        each.push_image(image(noise(20 + number)))
        each.push_image(image(noise(30 + number)), tags="1")
    return list(repositories)


def test_a_plan_has_every_repository_that_matches(registry: Registry) -> None:
    fill(registry)

    plan = registry.plan_delete("job/*", untagged=True)

    assert [each.repository.name for each in plan.plans] == ["job/a", "job/b"]
    assert (len(plan.deletes), len(plan.keeps)) == (2, 2)
    assert "2 of 4 images in 2 repositories would be deleted" in str(plan)


def test_one_name_is_one_pattern(registry: Registry) -> None:
    fill(registry)

    [plan] = registry.plan_delete("job/a", untagged=True).plans

    assert plan.repository.name == "job/a"


def test_a_plan_is_applied_to_each_repository(registry: Registry) -> None:
    repositories = fill(registry)

    reports = registry.plan_delete(["job/*", "other/*"], untagged=True).apply()

    assert {name: len(report.deleted) for name, report in reports.items()} == {
        "job/a": 1,
        "job/b": 1,
        "other/c": 1,
    }
    assert [[image.tags for image in each.images()] for each in repositories] == [[["1"]]] * 3


def test_a_plan_without_rules_is_refused_before_anything_is_listed(registry: Registry) -> None:
    with pytest.raises(InvalidInputError, match="would delete everything"):
        registry.plan_delete("job/*")
