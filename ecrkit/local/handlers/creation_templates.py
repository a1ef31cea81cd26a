"""Repository creation templates: settings of repositories that ECR creates itself."""

from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.clock import moment
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import page_size
from ecrkit.local.handlers.lifecycle import check_policy
from ecrkit.local.handlers.repositories import read_exclusions
from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RegistryDocuments
from ecrkit.local.templates import KIND

_Template = models.RepositoryCreationTemplate


def create_repository_creation_template(
    call: Call, request: models.CreateRepositoryCreationTemplateRequest
) -> models.CreateRepositoryCreationTemplateResponse:
    given = request.model_dump(exclude_none=True, exclude_unset=True)
    template = _Template.model_validate(
        {
            "image_tag_mutability": models.ImageTagMutability.MUTABLE,
            "encryption_configuration": {"encryptionType": "AES256"},
            **given,
            "created_at": moment(call.now),
            "updated_at": moment(call.now),
        }
    )
    _check(template)
    with call.transaction() as db:
        templates = RegistryDocuments(db, call.scope(), KIND)
        if templates.get(_Template, request.prefix) is not None:
            raise Refusal(
                "TemplateAlreadyExistsException",
                f"The repository creation template with prefix '{request.prefix}' already exists "
                f"in the registry with id '{call.account}'",
            )
        templates.put(template, request.prefix)
    return models.CreateRepositoryCreationTemplateResponse(
        registry_id=call.account, repository_creation_template=template
    )


def update_repository_creation_template(
    call: Call, request: models.UpdateRepositoryCreationTemplateRequest
) -> models.UpdateRepositoryCreationTemplateResponse:
    given = request.model_dump(exclude_none=True, exclude_unset=True)
    with call.transaction() as db:
        old = _require(db, call, request.prefix)
        kept = old.model_dump(exclude_none=True, exclude_unset=True)
        mutability = request.image_tag_mutability
        if mutability is not None and request.image_tag_mutability_exclusion_filters is None:
            kept.pop("image_tag_mutability_exclusion_filters", None)  # they belong to the old setting
        template = _Template.model_validate({**kept, **given, "updated_at": moment(call.now)})
        _check(template)
        RegistryDocuments(db, call.scope(), KIND).put(template, request.prefix)
    return models.UpdateRepositoryCreationTemplateResponse(
        registry_id=call.account, repository_creation_template=template
    )


def delete_repository_creation_template(
    call: Call, request: models.DeleteRepositoryCreationTemplateRequest
) -> models.DeleteRepositoryCreationTemplateResponse:
    with call.transaction() as db:
        template = _require(db, call, request.prefix)
        RegistryDocuments(db, call.scope(), KIND).remove(request.prefix)
    return models.DeleteRepositoryCreationTemplateResponse(
        registry_id=call.account, repository_creation_template=template
    )


def describe_repository_creation_templates(
    call: Call, request: models.DescribeRepositoryCreationTemplatesRequest
) -> models.DescribeRepositoryCreationTemplatesResponse:
    with call.reading() as db:
        every = RegistryDocuments(db, call.scope(), KIND).every(_Template)
    # Unknown prefixes are left out, not refused: the operation has no error for them.
    found = [each for prefix, each in every if request.prefixes is None or prefix in request.prefixes]
    listing, size = f"templates {call.scope()}", page_size(request.max_results)
    after, _ = call.service.tokens.read(listing, request.next_token)
    rest = list(enumerate(found, 1))[after:]
    page, token = call.service.tokens.cut(listing, rest, size, lambda each: (each[0], 0))
    return models.DescribeRepositoryCreationTemplatesResponse(
        registry_id=call.account,
        repository_creation_templates=[template for _, template in page],
        next_token=token,
    )


def _require(db: Connection, call: Call, prefix: str) -> models.RepositoryCreationTemplate:
    template = RegistryDocuments(db, call.scope(), KIND).get(_Template, prefix)
    if template is None:
        raise Refusal(
            "TemplateNotFoundException",
            f"The repository creation template with prefix '{prefix}' does not exist "
            f"in the registry with id '{call.account}'",
        )
    return template


def _check(template: models.RepositoryCreationTemplate) -> None:
    mutability = template.image_tag_mutability or models.ImageTagMutability.MUTABLE
    read_exclusions(mutability, template.image_tag_mutability_exclusion_filters)
    if template.lifecycle_policy:
        check_policy(template.lifecycle_policy)
    encryption = template.encryption_configuration
    encrypted = encryption is not None and encryption.encryption_type != models.EncryptionType.AES256
    if (encrypted or template.resource_tags) and not template.custom_role_arn:
        raise refusals.validation("KMS encryption and resource tags need a customRoleArn")


ROUTES = (
    Route(models.CreateRepositoryCreationTemplateRequest, create_repository_creation_template),
    Route(models.UpdateRepositoryCreationTemplateRequest, update_repository_creation_template),
    Route(models.DeleteRepositoryCreationTemplateRequest, delete_repository_creation_template),
    Route(models.DescribeRepositoryCreationTemplatesRequest, describe_repository_creation_templates),
)
