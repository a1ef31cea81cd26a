"""What an answer on the wire has that the service model does not allow, or lacks what the service always sends."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

Shape = Any  # botocore ships no types
Json = dict[str, Any]

ALWAYS: Mapping[str, frozenset[str]] = {
    shape: frozenset(members.split())
    for shape, members in {
        "AuthorizationData": "authorizationToken expiresAt proxyEndpoint",
        "EncryptionConfiguration": "encryptionType",
        "Image": "registryId repositoryName imageId imageManifest imageManifestMediaType",
        "ImageDetail": "registryId repositoryName imageDigest imageSizeInBytes imagePushedAt"
        " imageManifestMediaType imageStatus",
        "ImageFailure": "imageId failureCode failureReason",
        "ImageReferrer": "digest mediaType size",
        "ImageReplicationStatus": "region registryId status",
        "ImageScanFinding": "name severity",
        "ImageScanFindings": "findingSeverityCounts",
        "ImageScanStatus": "status",
        "ImageSigningStatus": "signingProfileArn status",
        "Layer": "layerDigest layerAvailability",
        "LayerFailure": "layerDigest failureCode failureReason",
        "LifecyclePolicyPreviewResult": "imageDigest imagePushedAt action appliedRulePriority storageClass",
        "LifecyclePolicyPreviewSummary": "expiringImageTotalCount",
        "LifecyclePolicyRuleAction": "type",
        "PullThroughCacheRule": "ecrRepositoryPrefix upstreamRegistryUrl createdAt registryId"
        " upstreamRepositoryPrefix",
        "RegistryScanningConfiguration": "scanType rules",
        "Repository": "repositoryArn registryId repositoryName",
        "RepositoryCreationTemplate": "prefix imageTagMutability encryptionConfiguration appliedFor createdAt"
        " updatedAt",
        "RepositoryScanningConfiguration": "repositoryArn repositoryName scanOnPush scanFrequency"
        " appliedScanFilters",
        "RepositoryScanningConfigurationFailure": "repositoryName failureCode failureReason",
        "Tag": "Key Value",
    }.items()
}
"""Members that are in each of these, by shape; those that the model itself requires come on top."""

_BEYOND_THE_MODEL: Mapping[str, frozenset[str]] = {"FindingSeverity": frozenset({"UNTRIAGED"})}
"""Values that the service sends all the same, by enum: Amazon Inspector has a severity more, which ECR counts too."""

_TYPES: Mapping[str, type] = {
    "boolean": bool,
    "double": float,
    "integer": int,
    "list": list,
    "long": int,
    "map": dict,
    "string": str,
    "structure": dict,
    "timestamp": float,  # epoch seconds
}


def problems(value: Any, shape: Shape, path: str = "answer") -> Iterator[str]:
    """Yield one line for each thing that does not fit."""
    expected = _TYPES[shape.type_name]
    if not _is_exactly(value, expected):
        yield f"{path} is {value!r}, and should be of type {expected.__name__}"
    elif shape.type_name == "structure":
        yield from _of_structure(value, shape, path)
    elif shape.type_name == "list":
        yield from _of_size(len(value), shape, path)
        for number, each in enumerate(value):
            yield from problems(each, shape.member, f"{path}[{number}]")
    elif shape.type_name == "map":
        for key, each in value.items():
            yield from problems(key, shape.key, f"{path} (key)")
            yield from problems(each, shape.value, f"{path}[{key}]")
    elif shape.type_name == "string":
        yield from _of_text(value, shape, path)
    elif shape.type_name in {"integer", "long"}:
        yield from _of_size(value, shape, path)


def as_on_the_wire(parsed: Any) -> Any:
    """Turn what botocore's parser made of an answer back into JSON, as far as it read it."""
    if isinstance(parsed, dict):
        return {key: as_on_the_wire(each) for key, each in cast("Json", parsed).items()}
    if isinstance(parsed, list):
        return [as_on_the_wire(each) for each in cast("Sequence[Any]", parsed)]
    return parsed.timestamp() if isinstance(parsed, datetime) else parsed


def _is_exactly(value: object, expected: type) -> bool:
    return type(value) is expected  # a bool is an int to isinstance


def _of_structure(value: Json, shape: Shape, path: str) -> Iterator[str]:
    wanted = ALWAYS.get(shape.name, frozenset()) | set(shape.required_members)
    yield from (f"{path}.{name} is unknown to the model" for name in value.keys() - shape.members.keys())
    yield from (f"{path}.{name} is missing" for name in wanted - value.keys())
    for name, each in value.items():
        if name in shape.members:
            yield from problems(each, shape.members[name], f"{path}.{name}")


def _of_text(value: str, shape: Shape, path: str) -> Iterator[str]:
    yield from _of_size(len(value), shape, path)
    if shape.enum and value not in {*shape.enum, *_BEYOND_THE_MODEL.get(shape.name, ())}:
        yield f"{path} is {value!r}, which is none of {', '.join(shape.enum)}"
    if (pattern := shape.metadata.get("pattern")) and not re.fullmatch(pattern, value):
        yield f"{path} is {value!r}, which does not match {pattern}"


def _of_size(size: int, shape: Shape, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min", size), shape.metadata.get("max", size)
    if not least <= size <= most:
        yield f"{path} is {size} in size, and should be {least} to {most}"
