"""The tables as queries know them; what makes them is ``migrations/``, and a test compares the two."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, Integer, MetaData, Table, Text

METADATA = MetaData()


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names]


identity = Table("voicecoach_store", METADATA, *_texts("id"))
migrations = Table("voicecoach_migrations", METADATA, Column("number", Integer), *_texts("name", "applied"))
trainees = Table("trainees", METADATA, *_texts("id", "name", "pseudonym", "created"))
recordings = Table(
    "recordings",
    METADATA,
    *_texts("sha256", "file"),
    Column("duration_s", Double),
    Column("sr", Integer),
    Column("bytes", BigInteger),
)
baselines = Table(
    "baselines",
    METADATA,
    *_texts("id", "trainee", "made"),
    Column("data", JSON),
    Column("facts", JSON),
    Column("smile_evidence", Boolean),
    Column("active", Boolean),
)
baseline_recordings = Table(
    "baseline_recordings",
    METADATA,
    *_texts("baseline", "manner"),
    Column("place", Integer),
    *_texts("recording", "name"),
)
takes = Table("takes", METADATA, *_texts("id", "trainee", "recording", "name", "recorded", "note", "script", "added"))
reports = Table(
    "reports",
    METADATA,
    *_texts("take", "rubric", "rubric_sha256", "voicecoach", "graded", "baseline"),
    Column("report", JSON),
)
removals = Table("removals", METADATA, *_texts("file"))
