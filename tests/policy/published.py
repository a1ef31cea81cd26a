"""Images as the published examples of the user guide give them: a letter, tags, and an age in days."""

from datetime import UTC, datetime, timedelta

from ecrkit.policy import Decision, LifecycleImage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def image(digest: str, *tags: str, age: float) -> LifecycleImage:
    return LifecycleImage(digest=digest, tags=tags, pushed_at=ago(age))


def acted_on(decisions: list[Decision]) -> dict[str, int | None]:
    """Which image is acted on by the rule of which priority."""
    return {decision.image.digest: decision.rule.priority for decision in decisions}
