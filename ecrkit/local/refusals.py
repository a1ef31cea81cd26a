"""`Refusal`: an error response to a request, with ECR's messages.

Messages are the service's where known. Handlers raise a refusal; the protocol turns it into a response.
"""

from collections.abc import Sequence

CLIENT_ERROR = 400  # every modelled client error of ECR, including the NotFound ones


class Refusal(Exception):  # noqa: N818 -- not a failure of the server, but its answer
    """An error of the service, to be sent to the caller."""

    def __init__(self, code: str, message: str, *, status: int = CLIENT_ERROR, **members: str | int) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


def invalid_parameter(field: str, constraint: str) -> Refusal:
    """Refuse a field with ECR's validation message."""
    return Refusal(
        "InvalidParameterException",
        f"Invalid parameter at '{field}' failed to satisfy constraint: '{constraint}'",
    )


def serialization(message: str) -> Refusal:
    """Refuse a body that is not what JSON 1.1 allows for the operation."""
    return Refusal("SerializationException", message)


def validation(message: str) -> Refusal:
    """Refuse a valid request that conflicts with the current state."""
    return Refusal("ValidationException", message)


def limit_exceeded(message: str) -> Refusal:
    """Refuse a request that exceeds a quota."""
    return Refusal("LimitExceededException", message)


def repository_not_found(name: str, account: str) -> Refusal:
    return Refusal(
        "RepositoryNotFoundException",
        f"The repository with name '{name}' does not exist in the registry with id '{account}'",
    )


def repository_exists(name: str, account: str) -> Refusal:
    return Refusal(
        "RepositoryAlreadyExistsException",
        f"The repository with name '{name}' already exists in the registry with id '{account}'",
    )


def repository_not_empty(name: str, account: str) -> Refusal:
    return Refusal(
        "RepositoryNotEmptyException",
        f"The repository with name '{name}' in registry with id '{account}' "
        "cannot be deleted because it still contains images",
    )


def image_not_found(digest: str | None, tag: str | None, name: str, account: str) -> Refusal:
    return Refusal(
        "ImageNotFoundException",
        f"The image with imageId {{imageDigest:'{digest or 'null'}', imageTag:'{tag or 'null'}'}} "
        f"does not exist within the repository with name '{name}' in the registry with id '{account}'",
    )


def image_exists(digest: str, tag: str | None, name: str, account: str) -> Refusal:
    return Refusal(
        "ImageAlreadyExistsException",
        f"Image with digest '{digest}' and tag '{tag or 'null'}' already exists "
        f"in the repository with name '{name}' in registry with id '{account}'",
    )


def tag_is_immutable(tag: str, name: str) -> Refusal:
    return Refusal(
        "ImageTagAlreadyExistsException",
        f"The image tag '{tag}' already exists in the '{name}' repository "
        "and cannot be overwritten because the tag is immutable.",
    )


def too_many_tags_on_image(tag: str, name: str, account: str, limit: int) -> Refusal:
    return limit_exceeded(
        f"Adding tag '{tag}' to an image in the repository with name '{name}' in registry with id '{account}' "
        f"exceeds the maximum allowed number of tags per image which is '{limit}'"
    )


def image_digest_differs(digest: str, name: str, account: str) -> Refusal:
    return Refusal(
        "ImageDigestDoesNotMatchException",
        f"The image with digest '{digest}' in repository '{name}' and registry ID '{account}' "
        "does not match the image digest that Amazon ECR has calculated.",
    )


def layers_required(digests: Sequence[str], name: str, account: str) -> Refusal:
    return Refusal("LayersNotFoundException", _required("Layers", digests, name, account))


def images_required(digests: Sequence[str], name: str, account: str) -> Refusal:
    return Refusal("ReferencedImagesNotFoundException", _required("Images", digests, name, account))


def _required(what: str, digests: Sequence[str], name: str, account: str) -> str:
    return (
        f"{what} with digests '[{', '.join(digests)}]' required for pushing image into repository "
        f"with name '{name}' in the registry with id '{account}' do not exist"
    )


def layer_not_found(digest: str, name: str, account: str) -> Refusal:
    return Refusal(
        "LayersNotFoundException",
        f"The layer with digest '{digest}' does not exist within the repository "
        f"with name '{name}' in the registry with id '{account}'",
    )


def layer_inaccessible(digest: str, name: str, account: str) -> Refusal:
    return Refusal(
        "LayerInaccessibleException",
        f"The layer with digest '{digest}' in the repository with name '{name}' in the registry with id "
        f"'{account}' is not associated with any image. Unassociated image layers may be cleaned up at any time.",
    )


def layer_exists(digest: str, name: str, account: str) -> Refusal:
    return Refusal(
        "LayerAlreadyExistsException",
        f"The layer with digest '{digest}' already exists in the repository "
        f"with name '{name}' in the registry with id '{account}'",
    )


def upload_not_found(upload_id: str, name: str, account: str) -> Refusal:
    return Refusal(
        "UploadNotFoundException",
        f"The upload with id '{upload_id}' in the repository with name '{name}' "
        f"in registry with id '{account}' does not exist",
    )


def upload_is_empty(upload_id: str, name: str, account: str) -> Refusal:
    return Refusal(
        "EmptyUploadException",
        f"The upload with id '{upload_id}' in the repository with name '{name}' in registry with id '{account}' "
        "cannot be completed because it does not have any parts",
    )


def layer_digest_differs() -> Refusal:
    return Refusal(
        "InvalidLayerException", "None of the provided layer digests match the calculated layer digest"
    )


def part_too_small(min_part_size: int) -> Refusal:
    mebibytes = min_part_size / (1024 * 1024)
    size = f"{mebibytes:g}MB" if mebibytes >= 1 else f"{min_part_size} bytes"
    return Refusal(
        "LayerPartTooSmallException", f"All layer parts except the last part should be at least {size}"
    )


def tags_are_invalid() -> Refusal:
    return Refusal("InvalidTagParameterException", "Tag parameters are invalid")


def too_many_resource_tags(limit: int) -> Refusal:
    return Refusal("TooManyTagsException", f"The list of tags exceeds the maximum of {limit} tags")


def no_repository_policy(name: str, account: str) -> Refusal:
    return Refusal(
        "RepositoryPolicyNotFoundException",
        f"Repository policy does not exist for the repository with name '{name}' "
        f"in the registry with id '{account}'",
    )


def no_lifecycle_policy(name: str, account: str) -> Refusal:
    return Refusal(
        "LifecyclePolicyNotFoundException",
        f"Lifecycle policy does not exist for the repository with name '{name}' "
        f"in the registry with id '{account}'",
    )


def no_registry_policy(account: str) -> Refusal:
    return Refusal(
        "RegistryPolicyNotFoundException",
        f"Registry policy does not exist in the registry with id '{account}'",
    )


def no_scan(digest: str | None, tag: str | None, name: str, account: str) -> Refusal:
    return Refusal(
        "ScanNotFoundException",
        f"Image scan does not exist for the image with '{{imageDigest:'{digest or 'null'}', "
        f"imageTag:'{tag or 'null'}'}}' in the repository with name '{name}' "
        f"in the registry with id '{account}'",
    )
