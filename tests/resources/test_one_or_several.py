"""Parameters that take several items also take one: one string is one item, never its characters."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from ecrkit import Digest, Registry, Repository, models, oci
from ecrkit._strings import items_of, models_of
from ecrkit.resources.registry_settings import Scanning, Signing
from ecrkit.resources.replication import Replication
from ecrkit.testing import FakeTransport
from tests.samples import image, join, noise

DIGEST = Digest.of(b"")
FILTER = models.ImageTagMutabilityExclusionFilter(
    filter_type=models.ImageTagMutabilityExclusionFilterType.WILDCARD, filter="dev-*"
)
PLACE = Replication.destination("eu-west-1", "111122223333")
SIGNING_RULE = Signing.rule("arn:aws:signer:eu-west-1:111122223333:/signing-profiles/profile")
SCANNING_RULE = Scanning.rule("SCAN_ON_PUSH", "*")
REPLICATION_RULE = Replication.rule(PLACE)

CALLS: dict[str, Callable[[Registry, Repository], object]] = {
    "set_tag_mutability": lambda _, it: it.set_tag_mutability("IMMUTABLE_WITH_EXCLUSION", "dev-*"),
    "set_tag_mutability of a filter": lambda _, it: it.set_tag_mutability("IMMUTABLE_WITH_EXCLUSION", FILTER),
    "create_repository": lambda it, _: it.create_repository("team/app", tag_mutability_exclusions="dev-*"),
    "repositories_named": lambda it, _: it.repositories_named("team/app"),
    "repository_scanning": lambda it, _: it.repository_scanning("team/app"),
    "describe_images": lambda _, it: it.describe_images("1.4.2"),
    "describe_images of a handle": lambda _, it: it.describe_images(it.image("1.4.2")),
    "get_images": lambda _, it: it.get_images("1.4.2"),
    "referrers": lambda _, it: list(it.image(digest=DIGEST).referrers("application/x")),
    "scanning": lambda it, _: it.scanning.put("BASIC", SCANNING_RULE),
    "signing": lambda it, _: it.signing.put(SIGNING_RULE),
    "replication": lambda it, _: it.replication.put(REPLICATION_RULE),
    "creation_templates": lambda it, _: it.creation_templates.create(
        "x", "REPLICATION", tag_mutability_exclusions="dev-*"
    ),
    "creation_templates.update": lambda it, _: it.creation_templates.update("x", "REPLICATION"),
    "pull_through_cache": lambda it, _: it.pull_through_cache.named("quay"),
}

ITEMS: Mapping[str, object] = {
    "set_tag_mutability": [{"filterType": "WILDCARD", "filter": "dev-*"}],
    "set_tag_mutability of a filter": [{"filterType": "WILDCARD", "filter": "dev-*"}],
    "create_repository": [{"filterType": "WILDCARD", "filter": "dev-*"}],
    "repositories_named": ["team/app"],
    "repository_scanning": ["team/app"],
    "describe_images": [{"imageTag": "1.4.2"}],
    "describe_images of a handle": [{"imageTag": "1.4.2"}],
    "get_images": [{"imageTag": "1.4.2"}],
    "referrers": ["application/x"],
    "scanning": [SCANNING_RULE.model_dump(by_alias=True, exclude_none=True)],
    "signing": [SIGNING_RULE.model_dump(by_alias=True, exclude_none=True)],
    "replication": [REPLICATION_RULE.model_dump(by_alias=True, exclude_none=True)],
    "creation_templates": ["REPLICATION"],
    "creation_templates.update": ["REPLICATION"],
    "pull_through_cache": ["quay"],
}


def lists_in(value: object) -> list[object]:
    """Return every list in a request, wherever it is."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return [found for each in members.values() for found in lists_in(each)]
    return [cast("list[object]", value)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", CALLS)
def test_one_item_is_sent_as_one(fake: FakeTransport, name: str) -> None:
    registry = Registry(fake)
    stop = RuntimeError("the request is enough")
    sent: list[dict[str, Any]] = []

    def look(request: models.Request[Any]) -> models.Response:
        sent.append(request.to_wire())
        raise stop

    for kind in models.OPERATIONS.values():
        fake.always(kind, look)

    with pytest.raises(RuntimeError, match="the request is enough"):
        CALLS[name](registry, registry.repository("team/app"))

    assert ITEMS[name] in lists_in(sent[0])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Scanning.rule("SCAN_ON_PUSH", "prod/*"), ["prod/*"]),
        (
            Signing.rule("arn:aws:signer:eu-west-1:111122223333:/signing-profiles/profile", "prod/*"),
            ["prod/*"],
        ),
        (Replication.rule(PLACE, prefixes="prod/"), ["prod/"]),
    ],
)
def test_a_rule_takes_one_filter(
    rule: models.RegistryScanningRule | models.SigningRule | models.ReplicationRule, expected: list[str]
) -> None:
    assert [each.filter for each in rule.repository_filters or ()] == expected


def test_one_platform_is_pushed_as_one(fresh: Repository) -> None:
    wanted = image(noise(1), platform="linux/arm64")
    source = join(image(noise(2)), wanted)

    assert fresh.push_image(source, platforms="linux/arm64").digest == wanted.root.digest


def test_one_digest_to_keep_is_kept(fresh: Repository) -> None:
    kept, other = (fresh.push_image(image(noise(size))) for size in (3, 4))

    plan = fresh.plan_delete(untagged=True, keep_digests=kept.digest)

    assert [each.image.digest for each in plan.deletes] == [other.digest]


@pytest.mark.parametrize("value", [5, None, oci])
def test_what_is_neither_one_nor_several_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="Expected str, or several of them; got "):
        items_of(value)


def test_one_model_is_one_item_though_models_can_be_iterated() -> None:
    assert models_of(SIGNING_RULE, models.SigningRule) == (SIGNING_RULE,)
