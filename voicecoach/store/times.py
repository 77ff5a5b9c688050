"""Times in the store: UTC, as text that sorts."""

from datetime import UTC, datetime
from pathlib import Path


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def text(when: datetime) -> str:
    """As it is kept. A time without a zone is taken as local.

    Examples
    --------
    >>> text(datetime.fromisoformat("2026-11-24T08:00:00+08:00"))
    '2026-11-24T00:00:00.000000+00:00'
    """
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def parsed(kept: str) -> datetime:
    """From :func:`text`."""
    return datetime.fromisoformat(kept)


def of_file(path: Path) -> datetime:
    """When a file was last written, UTC: when it was recorded, unless it was altered since."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
