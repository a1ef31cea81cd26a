"""What ECR does with an image after it was pushed: it is replicated, and it is signed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from ecrkit import models
from ecrkit.resources.handle import ImageHandle
from ecrkit.waiters import REPLICATION_PACE, SIGNING_PACE, image_replicated, image_signed
from ecrkit.waiting import Waiter


class ImageAfterPush(ImageHandle):
    """Follows an image to the registries that it is replicated to, and to its signatures."""

    def replication_status(self) -> list[models.ImageReplicationStatus]:
        """Ask how far the replication of the image has come, destination by destination.

        The list is empty where no rule of the registry concerned the image when it was pushed: rules do not reach
        back (T51).

        Raises:
            ImageNotFoundError: There is no such image.
        """
        return self.client.send(self._replication_request()).replication_statuses

    def until_replicated(
        self, destinations: Iterable[str | models.ReplicationDestination] = ()
    ) -> Waiter[list[models.ImageReplicationStatus]]:
        """Give a waiter for the image to arrive elsewhere. ECR names no limit; most images take less than 30 minutes.

        Example:
            >>> image.until_replicated(["eu-west-1"]).wait(timeout=1800)

        Args:
            destinations: Regions, or registries in regions; everywhere that ECR lists for the image, if none are given.
                A region that ECR does not list is waited for: the list may come after the push.

        Raises:
            WaitFailedError: When waited for: a replication failed; the message has the reason.
        """
        wanted = [destinations] if isinstance(destinations, str) else list(destinations)
        return Waiter(
            self.client,
            self._replication_request(),
            judge=partial(image_replicated, destinations=wanted),
            result=lambda answer: answer.replication_statuses,
            subject=f"the replication of {self._name}",
            pace=REPLICATION_PACE,
        )

    def signing_status(self) -> list[models.ImageSigningStatus]:
        """Ask how far ECR has come with signing the image, profile by profile; none if no rule applied to its push.

        Raises:
            ImageNotFoundError: There is no such image.
        """
        return self.client.send(self._signing_request()).signing_statuses

    def until_signed(self, profile_arns: Iterable[str] = ()) -> Waiter[list[models.ImageSigningStatus]]:
        """Give a waiter for the signatures that the signing configuration of the registry promises.

        Args:
            profile_arns: The signing profiles to wait for; all that ECR lists for the image, if none are given.

        Raises:
            WaitFailedError: When waited for: signing failed; the message has the reason.
        """
        wanted = [profile_arns] if isinstance(profile_arns, str) else list(profile_arns)
        return Waiter(
            self.client,
            self._signing_request(),
            judge=partial(image_signed, profile_arns=wanted),
            result=lambda answer: answer.signing_statuses,
            subject=f"the signature of {self._name}",
            pace=SIGNING_PACE,
        )

    def _replication_request(self) -> models.DescribeImageReplicationStatusRequest:
        return models.DescribeImageReplicationStatusRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=self._identifier,
        )

    def _signing_request(self) -> models.DescribeImageSigningStatusRequest:
        return models.DescribeImageSigningStatusRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=self._identifier,
        )
