"""The pages of requests and events, newest first."""

import json
from html import escape

from ecrkit.local.pages.html import ROWS, Cell, quiet, table, time
from ecrkit.local.recording import SeenRequest
from ecrkit.local.service import Service

_OWN = "GET /"
_ERROR = 400


def requests(service: Service) -> str:
    """Render the log of requests, without those for these pages."""
    found = [each for each in service.requests if each.operation != _OWN][-ROWS:]
    head = ("Time", "Operation", "Status", "ms", "Path", "Fault")
    rows = [_request(each) for each in reversed(found)]
    return table(head, rows) if rows else quiet("There were no requests yet.")


def events(service: Service) -> str:
    """Render the EventBridge events."""
    rows = [
        (
            Cell(escape(str(each["time"])), style="nowrap"),
            Cell(escape(str(each["detail-type"])), style="nowrap"),
            Cell(f"<code>{escape(json.dumps(each['detail']))}</code>"),
        )
        for each in reversed(service.events[-ROWS:])
    ]
    return table(("Time", "Type", "Detail"), rows) if rows else quiet("There were no events yet.")


def _request(seen: SeenRequest) -> tuple[Cell, ...]:
    status = "no response" if seen.status is None else str(seen.status)
    bad = seen.status is None or seen.status >= _ERROR
    return (
        time(seen.started_at),
        Cell(escape(seen.operation)),
        Cell(f'<span class="bad">{status}</span>' if bad else status),
        Cell(f"{seen.seconds * 1000:.1f}", seen.seconds, "number"),
        Cell(f"<code>{escape(seen.path)}</code>"),
        Cell(escape(seen.fault or "")),
    )
