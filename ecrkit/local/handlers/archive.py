"""UpdateImageStorageClass: archive and restore images."""

from ecrkit import models
from ecrkit.local import archiving
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import require_image, require_repository
from ecrkit.local.service import Call


def update_image_storage_class(
    call: Call, request: models.UpdateImageStorageClassRequest
) -> models.UpdateImageStorageClassResponse:
    with call.transaction() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        image = require_image(db, repository, request.image_id)
        if request.target_storage_class == models.TargetStorageClass.ARCHIVE:
            archiving.archive(db, image, call.now)
            status = archiving.ARCHIVED
        else:
            status = archiving.restore(db, image, call.now, call.service.settings)
    return models.UpdateImageStorageClassResponse(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        image_id=models.ImageIdentifier(image_digest=image.digest, image_tag=request.image_id.image_tag),
        image_status=models.ImageStatus(status),
    )


ROUTES = (Route(models.UpdateImageStorageClassRequest, update_image_storage_class),)
