"""Pushing layers: planning is pure (`parts`, `upload`, `plan`, `events`), reading and sending are not."""
