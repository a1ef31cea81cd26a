"""Background work of the service: lifecycle policies, and cleaning up after uploads.

An upload is removed after `Settings.upload_lifetime` without activity. A layer without images is removed
`Settings.layer_lifetime` after its upload, or after its last image was deleted. Its bytes are removed when no
repository of any registry has the layer. Leftovers of a crash are removed at the next start.
"""

import logging
import threading

from ecrkit.local import archiving, lifecycle, scan_events
from ecrkit.local.lifecycle import Outcome, StoredLifecycle
from ecrkit.local.service import Service
from ecrkit.local.store import layers, repositories
from ecrkit.local.store.documents import repositories_with

_SECONDS_BETWEEN = 15.0

_log = logging.getLogger(__name__)


def keep_house(service: Service) -> None:
    """Run everything that is due."""
    now = service.clock.now()
    with service.database.transaction() as db:
        archiving.finish_restoring(db, now)
        scan_events.announce_ended(db, now, service.settings)
    run_lifecycle(service, only_due=True)
    service.uploads.sweep()
    with service.database.transaction() as db:
        freed = layers.remove_unneeded(db, now - service.settings.layer_lifetime)
    service.sweep_blobs(freed)


def run_lifecycle(service: Service, *, only_due: bool = False) -> list[Outcome]:
    """Run the lifecycle policies of all registries.

    Args:
        service: The service.
        only_due: Whether to skip policies that ran within the last `Settings.lifecycle_interval`.
    """
    now = service.clock.now()
    outcomes: list[Outcome] = []
    with service.database.transaction() as db:
        for repository_id in repositories_with(db, lifecycle.KIND):
            repository = repositories.by_id(db, repository_id)
            stored = lifecycle.stored_policy(db, repository)
            if stored is None or (only_due and not _is_due(stored, now, service)):
                continue
            outcome = lifecycle.execute(db, repository, now)
            if outcome is not None:
                outcomes.append(outcome)
    return outcomes


def _is_due(stored: StoredLifecycle, now: float, service: Service) -> bool:
    return now >= max(stored.put_at, stored.evaluated_at) + service.settings.lifecycle_interval


class Housekeeper:
    """Runs housekeeping in its own thread, periodically and whenever a test advances the clock."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ecrkit-local-housekeeper", daemon=True)
        service.clock.subscribe(self._keep_house)
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for running work."""
        self._service.clock.unsubscribe(self._keep_house)
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_SECONDS_BETWEEN):
            try:
                self._keep_house()
            except Exception:  # noqa: BLE001 -- the outermost frame of the thread: logged, and tried again
                _log.exception("Housekeeping failed and will be retried")

    def _keep_house(self) -> None:
        keep_house(self._service)
