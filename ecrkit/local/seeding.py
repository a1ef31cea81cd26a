"""Seeding: create repositories, policies, findings and images through the operations of the service."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ecrkit import models
from ecrkit.errors import EcrKitError, InvalidInputError
from ecrkit.local import scanning
from ecrkit.local.dispatch import Operation, Route
from ecrkit.local.handlers.lifecycle import put_lifecycle_policy
from ecrkit.local.handlers.put_image import put_image
from ecrkit.local.handlers.registry import put_registry_policy
from ecrkit.local.handlers.repositories import create_repository
from ecrkit.local.handlers.repository_policies import set_repository_policy
from ecrkit.local.names import user_arn
from ecrkit.local.refusals import Refusal
from ecrkit.local.seed_files import Seed, SeedFile, SeedImage, SeedRepository
from ecrkit.local.service import Call, Service
from ecrkit.local.store import layers, repositories
from ecrkit.oci import ImageBuilder
from ecrkit.oci.built import BuiltImage, join_platforms
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.manifests import ImageManifest

_CREATE = Route(models.CreateRepositoryRequest, create_repository)
_SET_POLICY = Route(models.SetRepositoryPolicyRequest, set_repository_policy)
_PUT_REGISTRY_POLICY = Route(models.PutRegistryPolicyRequest, put_registry_policy)
_PUT_LIFECYCLE = Route(models.PutLifecyclePolicyRequest, put_lifecycle_policy)
_PUT_IMAGE = Route(models.PutImageRequest, put_image)

_EXISTS = frozenset({"RepositoryAlreadyExistsException", "ImageAlreadyExistsException"})
_USER = "seed"


def plant(service: Service, seed: Seed, *, files_in: Path | None) -> None:
    """Create the content of a seed. What exists is left unchanged, so a seed can be applied again.

    Args:
        service: The target.
        seed: Content to create.
        files_in: Folder that file paths are relative to; None refuses files.

    Raises:
        InvalidInputError: ECR would refuse part of it; the message says what.
    """
    account = seed.account or service.settings.account
    region = seed.region or service.settings.region
    call = Call(
        service=service,
        account=account,
        region=region,
        principal=user_arn(account, region, _USER),
        base_url="",
    )
    if seed.registry_policy is not None:
        policy = {"policyText": _text(seed.registry_policy)}
        _run(call, _PUT_REGISTRY_POLICY, policy, "the registry policy")
    for repository in seed.repositories:
        _Planting(call, repository, files_in).plant()


class _Planting:
    """One repository of a seed."""

    def __init__(self, call: Call, repository: SeedRepository, files_in: Path | None) -> None:
        self._call = call
        self._seed = repository
        self._files_in = files_in
        self._named = {"repositoryName": repository.name}

    def plant(self) -> None:
        seed, what = self._seed, f"the repository {self._seed.name!r}"
        _run(self._call, _CREATE, {**self._named, **_settings_of(seed)}, what)
        if seed.policy is not None:
            members = {**self._named, "policyText": _text(seed.policy)}
            _run(self._call, _SET_POLICY, members, f"the policy of {what}")
        if seed.lifecycle_policy is not None:
            members = {**self._named, "lifecyclePolicyText": _text(seed.lifecycle_policy)}
            _run(self._call, _PUT_LIFECYCLE, members, f"the lifecycle policy of {what}")
        for image in seed.images:
            self._push(image)

    def _push(self, image: SeedImage) -> None:
        with ExitStack() as builders:
            try:
                built = [self._build(builders, image, platform) for platform in image.platforms]
            except (EcrKitError, OSError) as error:
                raise InvalidInputError(
                    f"The seed's image {self._name(image)} cannot be built: {error}"
                ) from error
            for each in built:
                self._store_blobs(each)
                self._give_findings(image, each.roots[0])
            if len(built) != 1:
                for each in built:
                    self._put(each, None, image)
            root = built[0] if len(built) == 1 else join_platforms(built)
            tags: list[str | None] = [*image.tags]
            for tag in tags or [None]:
                self._put(root, tag, image)

    def _build(self, builders: ExitStack, image: SeedImage, platform: str) -> BuiltImage:
        builder = builders.enter_context(ImageBuilder(platform))
        for path, content in (image.files or {"/seed.txt": self._name(image)}).items():
            if isinstance(content, str):
                builder.add_file(content.encode(), to=path)
            else:
                source = self._file(content)
                (builder.add_layer if source.is_dir() else builder.add_file)(source, to=path)
        builder.configure(labels=image.labels)
        return builder.build()

    def _file(self, file: SeedFile) -> Path:
        if self._files_in is None:
            raise InvalidInputError(
                f"Files such as {file.source!r} can only be read if the seed itself is a file"
            )
        return self._files_in / file.source

    def _store_blobs(self, image: BuiltImage) -> None:
        service, call = self._call.service, self._call
        for descriptor in _blobs_of(image):
            file = service.uploads.folder / f"seed-{descriptor.digest.hex}"
            try:
                with image.open_blob(descriptor.digest) as source:
                    file.write_bytes(source.read())
                service.blobs.sync(file)
                with call.transaction() as db:
                    repository = repositories.find(db, call.scope(), self._seed.name)
                    if repository is None:
                        raise InvalidInputError(
                            f"The repository {self._seed.name!r} was deleted in the meantime"
                        )
                    service.blobs.link(file, str(descriptor.digest))
                    layers.add(db, repository.id, str(descriptor.digest), descriptor.size, now=call.now)
            finally:
                file.unlink(missing_ok=True)

    def _give_findings(self, image: SeedImage, root: Descriptor) -> None:
        if image.findings is None:
            return
        given = scanning.GivenFindings(findings=image.findings)
        with self._call.transaction() as db:
            repository = repositories.find(db, self._call.scope(), self._seed.name)
            if repository is not None:
                scanning.give(db, repository.id, str(root.digest), given)

    def _put(self, image: BuiltImage, tag: str | None, seed: SeedImage) -> None:
        manifest = image.manifest
        members = {
            **self._named,
            "imageManifest": manifest.raw.decode(),
            "imageManifestMediaType": manifest.media_type,
            **({} if tag is None else {"imageTag": tag}),
        }
        _run(self._call, _PUT_IMAGE, members, f"the image {self._name(seed)}")

    def _name(self, image: SeedImage) -> str:
        return f"{self._seed.name}:{', '.join(image.tags) or '(untagged)'}"


def _blobs_of(image: BuiltImage) -> Iterator[Descriptor]:
    manifest = image.manifest
    if isinstance(manifest, ImageManifest):
        yield manifest.config
        yield from manifest.layers


def _settings_of(seed: SeedRepository) -> dict[str, Any]:
    settings: dict[str, Any] = {"imageScanningConfiguration": {"scanOnPush": seed.scan_on_push}}
    if seed.tag_mutability is not None:
        settings["imageTagMutability"] = seed.tag_mutability
    if seed.tag_mutability_exclusions:
        settings["imageTagMutabilityExclusionFilters"] = [
            {"filterType": "WILDCARD", "filter": each} for each in seed.tag_mutability_exclusions
        ]
    if seed.resource_tags:
        settings["tags"] = [{"Key": key, "Value": value} for key, value in seed.resource_tags.items()]
    return settings


def _run(call: Call, route: Operation, members: dict[str, Any], what: str) -> None:
    try:
        route.run(call, members)
    except Refusal as refusal:
        if refusal.code not in _EXISTS:
            raise InvalidInputError(
                f"The seed cannot create {what}: {refusal.message or refusal.code}"
            ) from refusal


def _text(policy: dict[str, Any] | str) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)
