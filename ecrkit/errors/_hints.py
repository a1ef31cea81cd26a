"""Hints for errors that are hard to understand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ecrkit.manifest_rules import REFUSED_MEMBERS


@dataclass(frozen=True, slots=True)
class _Rule:
    """A hint for errors with one of `codes`, a message containing `says`, and one of `operations` if given."""

    codes: tuple[str, ...]
    text: str
    says: str = ""
    operations: tuple[str, ...] = ()

    def fits(self, code: str, message: str, operation: str) -> bool:
        return (
            code in self.codes
            and self.says.lower() in message.lower()
            and (not self.operations or operation in self.operations)
        )


def hint(code: str, message: str, operation: str) -> str | None:
    """Return the hint for an error; None if the service's message says enough."""
    if code.startswith("AccessDenied"):
        return " ".join(_about_access(message))
    return next((rule.text for rule in RULES if rule.fits(code, message, operation)), None)


def _about_access(message: str) -> Iterator[str]:
    denied = re.search(r"not authorized to perform: (ecr:\w+)", message)
    action = denied[1] if denied else "the action"
    if "explicit deny" in message:
        yield f"Some policy denies {action} to this caller explicitly; allowing it elsewhere will not help."
        return
    yield f"Allow {action} in the IAM policy of the caller"
    if action == "ecr:GetAuthorizationToken":
        yield "on the resource '*'; it knows no other."
    else:
        yield "and, when the repository belongs to another account, in the policy of the repository as well."


# The first matching rule applies, so specific rules come before general ones.
RULES = (
    _Rule(
        ("InvalidParameterException",),
        "ECR says this of every manifest that it does not accept. Known causes: the manifest names no mediaType "
        "and no image_manifest_media_type came with it; it is not JSON, or neither a Docker nor an OCI "
        "manifest; a media type or artifactType has parameters (such as ';version=0.2'); there is no layer; it has "
        f"{', '.join(map(str, REFUSED_MEMBERS))}.",
        says="Invalid JSON syntax",
    ),
    _Rule(
        ("InvalidParameterException",),
        "The policy names a principal that does not exist, or not yet: IAM takes some seconds to make a new role or "
        "user known. Check the ARN, or try again shortly.",
        says="Principal not found",
    ),
    _Rule(
        ("InvalidParameterException",),
        "Known causes: a syntax error; an action that is misspelt, belongs to another service, or is "
        "ecr:GetAuthorizationToken, which knows no resource; a principal with a wildcard in its ARN. Before 2024, ECR "
        "also said this of a principal that does not exist, or not yet.",
        says="Invalid repository policy provided",
    ),
    _Rule(
        ("RepositoryNotFoundException",),
        "Create the repository first, or check region and registry id: without a registry id, ECR looks in "
        "the caller's own account.",
    ),
    _Rule(
        ("RepositoryNotEmptyException",),
        "Delete its images first (archived ones count, and are not listed by default), or force the deletion.",
    ),
    _Rule(
        ("ImageTagAlreadyExistsException",),
        "The repository does not let this tag move to another image. Push under a new tag, or change the tag "
        "mutability of the repository or its exclusion filters.",
    ),
    _Rule(
        ("ImageReferencedByManifestList",),
        "An index (manifest list) needs this image. Delete the index first, then its images.",
    ),
    _Rule(
        ("ReferencedImagesNotFoundException",),
        "Push the images that the index lists first, into the same repository.",
    ),
    _Rule(
        ("LayersNotFoundException",),
        "Upload these layers to this repository and put the image again. Layers belong to one repository, and "
        "ECR may remove those that no image refers to.",
        operations=("PutImage",),
    ),
    _Rule(
        ("LayerInaccessibleException",),
        "Put an image that refers to the layer first; ECR returns no layer without one.",
    ),
    _Rule(
        ("EmptyUploadException",),
        "ECR cannot store a blob without bytes; an empty config is the two bytes '{}'.",
    ),
    _Rule(
        ("ScanNotFoundException",),
        "The image was never scanned, or its scan has not begun yet. An index has no scan of its own: ask for "
        "the images that it lists.",
    ),
    _Rule(
        ("ValidationException",),
        "With enhanced scanning, Amazon Inspector decides when to scan; a scan cannot be started by hand. Wait "
        "for its findings instead: image.until_scanned().",
        says="This feature is disabled",
        operations=("StartImageScan",),
    ),
    _Rule(
        ("UnsupportedImageTypeException",),
        "An index has no scan of its own: scan the images that it lists.",
        operations=("StartImageScan",),
    ),
    _Rule(
        ("LimitExceededException",),
        "An image can be scanned once in 24 hours; a scan on push counts.",
        operations=("StartImageScan",),
    ),
    _Rule(
        ("LimitExceededException",),
        "An image has at most 1,000 tags, and that cannot be raised. Remove unused tags.",
        says="number of tags per image",
    ),
    _Rule(
        ("LimitExceededException",),
        "This is a quota, not throttling: retrying will not help. Most can be raised in Service Quotas.",
    ),
    _Rule(
        ("KmsException",),
        "Check that the KMS key of the repository is enabled, and that the caller may use it; kms_error has "
        "the words of KMS.",
    ),
    _Rule(
        ("UnableToGetUpstreamImageException",),
        "Check the credentials in the secret of the pull-through cache rule. The caller needs "
        "ecr:BatchImportUpstreamImage and, for the first pull, ecr:CreateRepository; the first pull must be by tag.",
    ),
    _Rule(
        ("ExpiredTokenException", "ExpiredToken"),
        "Refresh the credentials, for example by logging in again; a session opened before keeps the old ones.",
    ),
    _Rule(
        ("UnrecognizedClientException", "InvalidClientTokenId"),
        "Check the access key, and that the region belongs to the partition of the account and is enabled for it.",
    ),
    _Rule(
        ("InvalidSignatureException", "SignatureDoesNotMatch"),
        "Check the secret key and the clock of this machine: more than five minutes off is too much.",
    ),
)
