"""State that only a test can set: scan findings, and signatures of AWS Signer."""

import json
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection

from pydantic import TypeAdapter

from ecrkit import models
from ecrkit.errors import InvalidInputError
from ecrkit.local import scanning, signing
from ecrkit.local.scanning import Finding, GivenFindings
from ecrkit.local.service import Service
from ecrkit.local.store import repositories
from ecrkit.local.store.repositories import Scope, StoredRepository

_ANSWERS = TypeAdapter(list[models.DescribeImageScanFindingsResponse])


class Findings:
    """Scan findings: `ecr.findings.set("team/app", [...])`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def set(
        self,
        repository_name: str,
        findings: Sequence[Finding],
        *,
        image_digest: str | None = None,
        status: models.ScanStatus | str = models.ScanStatus.COMPLETE,
        description: str = "The scan was completed successfully.",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Set the findings of a scan, including for images that were already scanned.

        Args:
            repository_name: An existing repository.
            findings: Findings of the basic scanner (`models.ImageScanFinding`) or the enhanced one; may be empty.
            image_digest: The image; defaults to all images without findings of their own.
            status: Final status of the scan.
            description: Description of the status.
            account: Account of the registry; defaults to the account of the settings.
            region: Region of the registry; defaults to the region of the settings.

        Raises:
            InvalidInputError: The repository does not exist.
        """
        given = GivenFindings(
            status=status,
            description=description,
            findings=[each for each in findings if isinstance(each, models.ImageScanFinding)],
            enhanced_findings=[
                each for each in findings if isinstance(each, models.EnhancedImageScanFinding)
            ],
        )
        with self._service.database.transaction() as db:
            repository = _require(self._service, db, repository_name, account, region)
            scanning.give(db, repository.id, image_digest, given)

    def load(self, path: str | Path, *, account: str | None = None, region: str | None = None) -> None:
        """Load findings from a JSON file.

        The file contains a response of DescribeImageScanFindings, as `aws ecr describe-image-scan-findings` prints
        it, or a list of them. Each applies to the image with the digest in its `imageId`, or to every image of the repository if
        there is none. Repositories and images need not exist yet; findings of `set` take precedence.

        Args:
            path: The file.
            account: Account of the registry; defaults to the account of the settings.
            region: Region of the registry; defaults to the region of the settings.

        Raises:
            InvalidInputError: The file cannot be read, or has other content.
        """
        try:
            content: object = json.loads(Path(path).read_text(encoding="utf-8"))
            self.take(content, account=account, region=region)
        except (OSError, ValueError) as error:
            raise InvalidInputError(f"{path} is not a file of scan findings: {error}") from error

    def take(self, content: object, *, account: str | None = None, region: str | None = None) -> None:
        """Load findings from decoded JSON, as `load` does from a file.

        Raises:
            InvalidInputError: It is not a response of DescribeImageScanFindings, nor a list of them.
        """
        try:
            answers = _ANSWERS.validate_python(content if isinstance(content, list) else [content])
        except ValueError as error:
            raise InvalidInputError(f"These are not scan findings: {error}") from error
        if not all(each.repository_name for each in answers):
            raise InvalidInputError("Scan findings need a repositoryName")
        with self._service.database.transaction() as db:
            for each in answers:
                scanning.load(db, _scope(self._service, account, region), each)


class Signatures:
    """Signing statuses of AWS Signer: `ecr.signatures.set("team/app", digest, profile, "COMPLETE")`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def set(
        self,
        repository_name: str,
        image_digest: str,
        signing_profile_arn: str,
        status: models.SigningStatus | str,
        *,
        failure_code: str | None = None,
        failure_reason: str | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Set the status of signing an image with a profile.

        Raises:
            InvalidInputError: The repository does not exist.
        """
        given = models.ImageSigningStatus(
            signing_profile_arn=signing_profile_arn,
            status=models.SigningStatus(status),
            failure_code=failure_code,
            failure_reason=failure_reason,
        )
        with self._service.database.transaction() as db:
            repository = _require(self._service, db, repository_name, account, region)
            signing.give(db, repository.id, image_digest, given)


def _require(
    service: Service, db: Connection, name: str, account: str | None, region: str | None
) -> StoredRepository:
    scope = _scope(service, account, region)
    repository = repositories.find(db, scope, name)
    if repository is None:
        raise InvalidInputError(f"The local ECR has no repository {name!r} in {scope.account} {scope.region}")
    return repository


def _scope(service: Service, account: str | None, region: str | None) -> Scope:
    return Scope(account or service.settings.account, region or service.settings.region)
