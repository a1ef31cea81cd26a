"""Every public parameter that takes several strings takes one string as one item, or refuses it.

`EXERCISED` says for each how it was tried. A new parameter fails the first test until it is there.
"""

import inspect
import re
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, cast

import pytest

from ecrkit import Digest, EcrKitError, Registry, Repository, RetryPolicy, models, oci
from ecrkit.copying import ImageToCopy
from ecrkit.inventory import ImageFacts
from ecrkit.local import Events, LocalECRProcess, Settings
from ecrkit.policy import Condition, LifecycleImage, LifecycleRule, PolicyDocument, Statement
from ecrkit.resources import DeleteRules
from ecrkit.resources.registry_settings import Scanning, Signing
from ecrkit.resources.replication import Replication
from ecrkit.testing import FakeTransport
from tests.contracts.public_api import MODULES
from tests.samples import image

DIGEST = Digest.of(b"content")
MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
PLACE = Replication.destination("eu-west-1", "111122223333")
PROFILE = "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/profile"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:app"
REPOSITORY = "arn:aws:ecr:eu-west-1:111122223333:repository/*"
ROLE = "arn:aws:iam::111122223333:role/ci"

_SEVERAL = re.compile(
    r"\b(?:Iterable|Sequence|Collection|list|tuple|set|frozenset)\[[^\]]*(?:\bstr\b|ImageName)"
)
_PARTS = re.compile(r"tuple\[(?:tuple|str, str)|Mapping\[|Callable\[")


def parameters() -> Iterator[str]:
    """Name the public parameters whose annotation allows several strings."""
    for module in map(import_module, MODULES):
        if module.__name__ in {"ecrkit.models", "ecrkit.errors"}:
            continue
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            for function in _functions(value):
                for parameter in inspect.signature(function).parameters.values():
                    annotation = str(parameter.annotation)
                    if _SEVERAL.search(annotation) and not _PARTS.search(annotation):
                        yield f"{function.__qualname__}({parameter.name})"


def _functions(value: object) -> Iterator[FunctionType]:
    if inspect.isfunction(value):
        yield value
    if not inspect.isclass(value) or getattr(value, "_is_protocol", False):
        return
    for owner in value.__mro__:
        if not owner.__module__.startswith("ecrkit") or owner.__module__.startswith("ecrkit.aio"):
            continue  # `ecrkit.aio` is generated and passes everything on
        for name, member in list(vars(owner).items()):
            function = getattr(member, "__func__", member)
            if (not name.startswith("_") or name == "__init__") and inspect.isfunction(function):
                yield function


class Case:
    """What the parameters are tried on."""

    def __init__(self, folder: Path, fresh: Repository) -> None:
        self.folder = folder
        self.fresh = fresh
        self.fake = FakeTransport()
        self.registry = Registry(self.fake)
        self.repository = self.registry.repository("team/app")
        self.image = self.repository.image(digest=DIGEST)

    def sent(self, call: Callable[[], object]) -> dict[str, Any]:
        """Return the first request of a call."""
        requests: list[dict[str, Any]] = []

        def stop(request: models.Request[Any]) -> models.Response:
            requests.append(request.to_wire())
            raise InterruptedError

        for kind in models.OPERATIONS.values():
            self.fake.always(kind, stop)
        with pytest.raises(InterruptedError):
            call()
        return requests[0]

    def built(self, **options: Any) -> oci.ImageConfig:
        """Return the config of an image built with these options of `configure`."""
        with oci.ImageBuilder("linux/amd64") as builder:
            builder.configure(**options)
            image_built = builder.build()
            assert isinstance(image_built.manifest, oci.ImageManifest)
            with image_built.open_blob(image_built.manifest.config.digest) as file:
                return oci.parse_config(file.read())

    def tree(self) -> Path:
        """Make a folder with one file."""
        folder = self.folder / "tree"
        folder.mkdir(exist_ok=True)
        (folder / "kept").write_bytes(b"content")
        (folder / "left.out").write_bytes(b"content")
        return folder

    def names_without(self, layer: oci.Layer | Any) -> list[str]:
        """Return which of the two files is missing in a layer."""
        with tarfile.open(layer.path) as archive:
            found = {Path(name).name for name in archive.getnames()}
        return sorted({"kept", "left.out"} - found)

    def pushed(self, tags: str) -> list[str]:
        return list(self.fresh.push_image(image(), tags=tags).report.tags)


def _filters(rule: Any) -> list[str]:
    return [each.filter for each in rule.repository_filters or ()]


def _exclusions(request: dict[str, Any]) -> list[str]:
    return [each["filter"] for each in request["imageTagMutabilityExclusionFilters"]]


def _principals(document: PolicyDocument) -> list[str]:
    return [each.value for each in document.statements[0].principals]


def _layer(case: Case, add: Callable[[oci.ImageBuilder], Any]) -> list[str]:
    with oci.ImageBuilder("linux/amd64") as builder:
        layer = add(builder)
        return case.names_without(layer)


def _removed(paths: str) -> list[str]:
    with oci.ImageBuilder("linux/amd64") as builder, tarfile.open(builder.remove(paths).path) as archive:
        return [name for name in archive.getnames() if Path(name).name.startswith(".wh.")]


def _archived(case: Case) -> list[str]:
    path = case.folder / "docker.tar"
    oci.write_docker_archive(image(), path, "team/app:1")
    with oci.open_images(path) as archive:
        return [root.annotations[oci.IMAGE_NAME] for root in archive.roots]


def _copied(case: Case, **options: Any) -> list[str]:
    pushed = case.fresh.push_image(image())
    copied = pushed.copy_to(case.fresh, **options)
    return [*copied.report.tags] if "tags" in options else [str(each) for each in copied.platforms()]


def _saved(case: Case) -> list[str]:
    path = case.folder / "oci.tar"
    case.fresh.push_image(image()).save(path, names="example.com/team/app:1")
    with oci.open_images(path) as archive:
        return [root.annotations[oci.IMAGE_NAME] for root in archive.roots]


def _replicated(case: Case) -> list[str]:
    status = {"region": "eu-west-1", "registryId": "111122223333", "status": "COMPLETE"}
    other = {"region": "eu-central-1", "registryId": "111122223333", "status": "IN_PROGRESS"}
    answer = {"replicationStatuses": [status, other]}
    case.fake.answers(models.DescribeImageReplicationStatusResponse.model_validate(answer))
    # With characters for regions, it would ask again, and the fake has no second answer.
    case.image.until_replicated("eu-west-1").wait(timeout=1)
    return ["eu-west-1"]


def _signed(case: Case) -> list[str]:
    answer = {"signingStatuses": [{"signingProfileArn": PROFILE, "status": "COMPLETE"}]}
    case.fake.answers(models.DescribeImageSigningStatusResponse.model_validate(answer))
    case.image.until_signed(PROFILE).wait(timeout=1)
    return [PROFILE]


def _synced(case: Case) -> list[str]:
    asked: list[str] = []

    class Remote(oci.RemoteRepository):
        def digest_of(self, tag: str) -> Digest | None:
            asked.append(tag)
            return None

    with pytest.raises(EcrKitError):  # nothing listens there
        case.fresh.sync_from(Remote("127.0.0.1:1", "team/app", retry=RetryPolicy(attempts=1)), tags="3.12")
    return asked


EXERCISED: dict[str, Callable[[Case], list[str]]] = {
    "CreationTemplates.create(applied_for)": lambda it: it.sent(
        lambda: it.registry.creation_templates.create("x", "REPLICATION")
    )["appliedFor"],
    "CreationTemplates.update(applied_for)": lambda it: it.sent(
        lambda: it.registry.creation_templates.update("x", "REPLICATION")
    )["appliedFor"],
    "Image.copy_to(platforms)": lambda it: _copied(it, platforms="linux/amd64"),
    "Image.copy_to(tags)": lambda it: _copied(it, tags="1.4.2"),
    "Image.referrers(artifact_type)": lambda it: it.sent(lambda: list(it.image.referrers("application/x")))[
        "filter"
    ]["artifactTypes"],
    "Image.save(names)": _saved,
    "Image.until_replicated(destinations)": _replicated,
    "Image.until_signed(profile_arns)": _signed,
    "ImageBuilder.add_layer(exclude)": lambda it: _layer(
        it, lambda builder: builder.add_layer(it.tree(), to="/app", exclude="left.out")
    ),
    "ImageBuilder.configure(exposed_ports)": lambda it: [*it.built(exposed_ports="80").config.exposed_ports],
    "ImageBuilder.configure(volumes)": lambda it: [*it.built(volumes="/data").config.volumes],
    "ImageBuilder.remove(paths)": lambda _: _removed("/etc/motd"),
    "ImageToCopy.__init__(tags)": lambda _: [*ImageToCopy(DIGEST, cast("Any", "1.4.2")).tags],
    "LifecycleImage.__init__(referenced_by)": lambda _: [
        *LifecycleImage(digest=DIGEST, pushed_at=MOMENT, referenced_by=cast("Any", DIGEST)).referenced_by
    ],
    "LifecycleImage.__init__(tags)": lambda _: [
        *LifecycleImage(digest=DIGEST, pushed_at=MOMENT, tags=cast("Any", "1.4.2")).tags
    ],
    "LifecycleRule.__init__(tag_patterns)": lambda _: [
        *LifecycleRule.expire(older_than_days=1, tag_patterns=cast("Any", "pr-*")).tag_patterns
    ],
    "LifecycleRule.__init__(tag_prefixes)": lambda _: [
        *LifecycleRule.expire(older_than_days=1, tag_prefixes=cast("Any", "prod-")).tag_prefixes
    ],
    "LifecycleRule.matches_tags(tags)": lambda _: (
        ["prod-1"]
        if LifecycleRule.expire(older_than_days=1, tag_prefixes=["prod-"]).matches_tags("prod-1")
        else []
    ),
    "PolicyDocument.allow_pull(accounts)": lambda _: _principals(
        PolicyDocument.allow_pull(accounts="111122223333")
    ),
    "PolicyDocument.allow_pull(role_arns)": lambda _: _principals(PolicyDocument.allow_pull(role_arns=ROLE)),
    "PolicyDocument.allow_push(accounts)": lambda _: _principals(
        PolicyDocument.allow_push(accounts="111122223333")
    ),
    "PolicyDocument.allow_push(role_arns)": lambda _: _principals(PolicyDocument.allow_push(role_arns=ROLE)),
    "PolicyDocument.allow_pull_for_lambda(function_arns)": lambda _: [
        *PolicyDocument.allow_pull_for_lambda(function_arns=FUNCTION).statements[0].conditions[0].values
    ],
    "PolicyDocument.allow_replication(repository_arns)": lambda _: [
        *PolicyDocument.allow_replication(from_account="111122223333", repository_arns=REPOSITORY)
        .statements[0]
        .resources
    ],
    "Condition.__init__(values)": lambda _: [
        *Condition("StringLike", "aws:SourceArn", cast("Any", ROLE)).values
    ],
    "PullThroughCache.named(prefixes)": lambda it: it.sent(
        lambda: it.registry.pull_through_cache.named("quay")
    )["ecrRepositoryPrefixes"],
    "Registry.create_repository(tag_mutability_exclusions)": lambda it: _exclusions(
        it.sent(lambda: it.registry.create_repository("team/app", tag_mutability_exclusions="dev-*"))
    ),
    "Registry.ensure_repository(tag_mutability_exclusions)": lambda it: [
        each.filter
        for each in it.fresh.registry.ensure_repository(
            f"{it.fresh.name}-x",
            tag_mutability="IMMUTABLE_WITH_EXCLUSION",
            tag_mutability_exclusions="dev-*",
        ).details.image_tag_mutability_exclusion_filters
        or ()
    ],
    "Registry.plan_delete(keep_digests)": lambda it: [*delete_rules(it, keep_digests=DIGEST).keep_digests],
    "Registry.plan_delete(keep_tags)": lambda it: [*delete_rules(it, keep_tags="v*").keep_tags],
    "Registry.plan_delete(repositories)": lambda it: [
        each.repository.name for each in it.fresh.registry.plan_delete(it.fresh.name, untagged=True).plans
    ],
    "Registry.plan_delete(tags)": lambda it: [*(delete_rules(it, tags="pr-*").tags or ())],
    "Registry.repositories_named(names)": lambda it: it.sent(
        lambda: it.registry.repositories_named("team/app")
    )["repositoryNames"],
    "Registry.repository_scanning(names)": lambda it: it.sent(
        lambda: it.registry.repository_scanning("team/app")
    )["repositoryNames"],
    "Replication.rule(prefixes)": lambda _: _filters(Replication.rule(PLACE, prefixes="prod/")),
    "Repository.delete_images(images)": lambda it: [
        each["imageTag"] for each in it.sent(lambda: it.repository.delete_images("1.4.2"))["imageIds"]
    ],
    "Repository.describe_images(images)": lambda it: [
        each["imageTag"] for each in it.sent(lambda: it.repository.describe_images("1.4.2"))["imageIds"]
    ],
    "Repository.get_images(images)": lambda it: [
        each["imageTag"] for each in it.sent(lambda: it.repository.get_images("1.4.2"))["imageIds"]
    ],
    "Repository.plan_delete(keep_digests)": lambda it: [
        *it.fresh.plan_delete(untagged=True, keep_digests=DIGEST).rules.keep_digests
    ],
    "Repository.plan_delete(keep_tags)": lambda it: [
        *it.fresh.plan_delete(untagged=True, keep_tags="v*").rules.keep_tags
    ],
    "Repository.plan_delete(tags)": lambda it: [*(it.fresh.plan_delete(tags="pr-*").rules.tags or ())],
    "Repository.push_image(platforms)": lambda it: [
        str(each) for each in it.fresh.push_image(image(), platforms="linux/amd64").platforms()
    ],
    "Repository.push_image(tags)": lambda it: it.pushed("1.4.2"),
    "Repository.put_image(tags)": lambda it: (
        it.fresh.put_image(it.fresh.push_image(image()).manifest(), tags="1.4.2").describe().tags
    ),
    "Repository.set_tag_mutability(exclusions)": lambda it: _exclusions(
        it.sent(lambda: it.repository.set_tag_mutability("IMMUTABLE_WITH_EXCLUSION", "dev-*"))
    ),
    "Repository.sync_from(tags)": _synced,
    "Scanning.rule(filters)": lambda _: _filters(Scanning.rule("SCAN_ON_PUSH", "prod/*")),
    "Settings.__init__(allowed_hosts)": lambda _: [
        *Settings(allowed_hosts=cast("Any", "ecr.test")).allowed_hosts
    ],
    "Signing.rule(filters)": lambda _: _filters(Signing.rule(PROFILE, "prod/*")),
    "Statement.__init__(actions)": lambda _: [*Statement("Allow", actions=cast("Any", "ecr:*")).actions],
    "Statement.__init__(not_actions)": lambda _: [
        *Statement("Allow", not_actions=cast("Any", "ecr:*")).not_actions
    ],
    "Statement.__init__(not_resources)": lambda _: [
        *Statement("Allow", not_resources=cast("Any", ROLE)).not_resources
    ],
    "Statement.__init__(resources)": lambda _: [*Statement("Allow", resources=cast("Any", ROLE)).resources],
    "build_config(diff_ids)": lambda _: [*oci.build_config("linux/amd64", DIGEST).diff_ids],
    "build_config(exposed_ports)": lambda _: [
        *oci.build_config("linux/amd64", [], exposed_ports="80").config.exposed_ports
    ],
    "build_config(volumes)": lambda _: [*oci.build_config("linux/amd64", [], volumes="/data").config.volumes],
    "extend_config(diff_ids)": lambda _: [
        *oci.extend_config(oci.build_config("linux/amd64", []), DIGEST).diff_ids
    ],
    "extend_config(exposed_ports)": lambda _: [
        *oci.extend_config(oci.build_config("linux/amd64", []), [], exposed_ports="80").config.exposed_ports
    ],
    "extend_config(volumes)": lambda _: [
        *oci.extend_config(oci.build_config("linux/amd64", []), [], volumes="/data").config.volumes
    ],
    "find_root(platforms)": lambda _: [str(oci.find_root(image(), platforms="linux/amd64").digest)],
    "layer_from_folder(exclude)": lambda it: it.names_without(
        oci.layer_from_folder(it.tree(), it.folder / "layer.tar.gz", exclude="left.out")
    ),
    "narrow(platforms)": lambda _: [
        str(oci.narrow(image(), image().root.descriptor(), "linux/amd64").root.digest)
    ],
    "write_docker_archive(names)": _archived,
}
"""How each parameter is tried: returns the items that one string became."""

REFUSED: dict[str, Callable[[Case], object]] = {
    "ImageBuilder.configure(cmd)": lambda it: it.built(cmd="/app --fast"),
    "ImageBuilder.configure(entrypoint)": lambda it: it.built(entrypoint="/app"),
    "build_config(cmd)": lambda _: oci.build_config("linux/amd64", [], cmd="/app"),
    "build_config(entrypoint)": lambda _: oci.build_config("linux/amd64", [], entrypoint="/app"),
    "extend_config(cmd)": lambda _: oci.extend_config(oci.build_config("linux/amd64", []), [], cmd="/app"),
    "extend_config(entrypoint)": lambda _: oci.extend_config(
        oci.build_config("linux/amd64", []), [], entrypoint="/app"
    ),
}
"""Parameters for which one string could mean two things."""

RESULTS = {DeleteRules, Events, ImageFacts, LocalECRProcess}
"""Classes whose objects ecrkit makes, and the switches of a command line."""


def delete_rules(case: Case, **rules: Any) -> DeleteRules:
    """Return the rules of a plan for a registry."""
    options: dict[str, Any] = {"untagged": True, **rules}
    [plan] = case.fresh.registry.plan_delete(case.fresh.name, **options).plans
    return plan.rules


@pytest.fixture
def case(tmp_path: Path, fresh: Repository) -> Case:
    return Case(tmp_path, fresh)


def test_every_parameter_is_exercised() -> None:
    ours = {kind.__name__ for kind in RESULTS} | {"PushReport", "CopyReport", "PlannedCopy"}
    found = {each for each in parameters() if each.partition(".")[0] not in ours}

    assert sorted(found - EXERCISED.keys() - REFUSED.keys() - OTHERWISE) == []


OTHERWISE = {
    "LayerToPush.__init__(source)",  # a path
    "Repository.push_layers(sources)",  # a path
    "layer_source(source)",  # a path
    "Repository.sync_from(platforms)",  # passed to the same function as `push_image(platforms)`
    "LifecycleRule.__init__(unknown)",  # from a text only
}
"""Parameters for which a string is not an item of several, but something else."""


@pytest.mark.parametrize("name", EXERCISED)
def test_one_string_is_one_item(case: Case, name: str) -> None:
    items = EXERCISED[name](case)

    assert len(items) == 1
    assert len(str(items[0])) > 1


@pytest.mark.parametrize("name", REFUSED)
def test_one_string_is_refused_where_it_could_mean_two_things(case: Case, name: str) -> None:
    with pytest.raises((TypeError, ValueError), match=r"\["):  # shows the right form
        REFUSED[name](case)
