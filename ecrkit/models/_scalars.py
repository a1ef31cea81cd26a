# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Strings and numbers with limits. Requests are held to them; answers may exceed them."""

from typing import Annotated

from ecrkit.models._limits import Length, Pattern, Range
from ecrkit.models._wire import Blob

AccountSettingName = Annotated[str, Length(1, 64)]
"""1 to 64 characters."""

ArtifactType = Annotated[str, Length(1, 255)]
"""1 to 255 characters."""

AttributeKey = Annotated[str, Length(1, 128)]
"""1 to 128 characters."""

AttributeValue = Annotated[str, Length(1, 256)]
"""1 to 256 characters."""

Base64 = Annotated[str, Pattern(r"^\S+$")]
"""Base64."""

BatchedOperationLayerDigest = Annotated[str, Length(at_most=1000)]
"""At most 1000 characters."""

CredentialArn = Annotated[
    str,
    Length(50, 612),
    Pattern(
        r"^arn:aws(-\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr\-pullthroughcache\/[a-zA-Z0-9\/_+=.@-]+$"
    ),
]
"""50 to 612 characters: the ARN of a secret whose name starts with `ecr-pullthroughcache/`."""

CustomRoleArn = Annotated[str, Length(at_most=2048)]
"""At most 2048 characters."""

FiftyMaxResults = Annotated[int, Range(1, 50)]
"""1 to 50."""

ImageCount = Annotated[int, Range(at_least=0)]
"""0 or more."""

ImageManifest = Annotated[str, Length(1, 4194304)]
"""1 to 4194304 characters."""

ImageTag = Annotated[str, Length(1, 300)]
"""1 to 300 characters."""

ImageTagMutabilityExclusionFilterValue = Annotated[str, Length(1, 128), Pattern(r"^[0-9a-zA-Z._*-]{1,128}$")]
"""1 to 128 characters: letters, digits, `.`, `_`, `-` and `*`."""

InUseCount = Annotated[int, Range(at_least=0)]
"""0 or more."""

KmsKey = Annotated[str, Length(1, 2048)]
"""1 to 2048 characters."""

KmsKeyForRepositoryCreationTemplate = Annotated[
    str, Length(at_most=2048), Pattern(r"^$|arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-z0-9-]+")
]
"""At most 2048 characters: empty, or the ARN of a KMS key."""

LayerDigest = Annotated[str, Pattern(r"[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+")]
"""An algorithm, `:` and hexadecimal digits."""

LayerPartBlob = Annotated[Blob, Length(at_most=20971520)]
"""At most 20971520 bytes."""

LifecyclePolicyRulePriority = Annotated[int, Range(at_least=1)]
"""1 or more."""

LifecyclePolicyText = Annotated[str, Length(100, 30720)]
"""100 to 30720 characters."""

LifecyclePolicyTextForRepositoryCreationTemplate = Annotated[str, Length(at_most=30720)]
"""At most 30720 characters."""

LifecyclePreviewMaxResults = Annotated[int, Range(1, 100)]
"""1 to 100."""

MaxResults = Annotated[int, Range(1, 1000)]
"""1 to 1000."""

NonNegativeInteger = Annotated[int, Range(at_least=0)]
"""0 or more."""

PartSize = Annotated[int, Range(at_least=0)]
"""0 or more."""

Prefix = Annotated[
    str,
    Length(1, 256),
    Pattern(r"^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?|ROOT)$"),
]
"""1 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
parts separated by `/`, or `ROOT`.
"""

PrincipalArn = Annotated[
    str,
    Length(at_most=200),
    Pattern(r"^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)/[\w+=,.@-]+(/[\w+=,.@-]+)*$"),
]
"""At most 200 characters: the ARN of an IAM role or user."""

PullThroughCacheRuleRepositoryPrefix = Annotated[
    str,
    Length(2, 30),
    Pattern(r"^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?|ROOT)$"),
]
"""2 to 30 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between, parts
separated by `/`, or `ROOT`.
"""

Region = Annotated[str, Length(2, 25), Pattern(r"[0-9a-z-]{2,25}")]
"""2 to 25 characters: lower-case letters, digits and hyphens."""

RegistryId = Annotated[str, Pattern(r"[0-9]{12}")]
"""12 digits."""

RegistryPolicyText = Annotated[str, Length(at_most=10240)]
"""At most 10240 characters."""

ReplicationBackfillId = Annotated[
    str, Pattern(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
]
"""Hexadecimal digits in groups of 8-4-4-4-12."""

RepositoryFilterValue = Annotated[
    str, Length(2, 256), Pattern(r"^(?:[a-z0-9]+(?:[._-][a-z0-9]*)*/)*[a-z0-9]*(?:[._-][a-z0-9]*)*$")
]
"""2 to 256 characters: the beginning of a repository name."""

RepositoryName = Annotated[
    str, Length(2, 256), Pattern(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*")
]
"""2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
parts separated by `/`.
"""

RepositoryPolicyText = Annotated[str, Length(at_most=10240)]
"""At most 10240 characters."""

RepositoryTemplateDescription = Annotated[str, Length(at_most=256)]
"""At most 256 characters."""

ScanningRepositoryFilterValue = Annotated[str, Length(1, 255), Pattern(r"[a-z0-9*]+(?:[._\-/][a-z0-9*]+)*")]
"""1 to 255 characters: a part of a repository name, or with `*` a pattern for the whole of it."""

SeverityCount = Annotated[int, Range(at_least=0)]
"""0 or more."""

SigningProfileArn = Annotated[
    str,
    Length(at_most=200),
    Pattern(r"^arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:\/signing-profiles\/[a-zA-Z0-9_]{2,}$"),
]
"""At most 200 characters: the ARN of a signing profile."""

SigningRepositoryFilterValue = Annotated[
    str, Length(1, 256), Pattern(r"^(?:[a-z0-9*]+(?:[._-][a-z0-9*]+)*/)*[a-z0-9*]+(?:[._-][a-z0-9*]+)*$")
]
"""1 to 256 characters: a repository name, with `*` for any characters."""

UploadId = Annotated[
    str, Pattern(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
]
"""Hexadecimal digits in groups of 8-4-4-4-12."""
