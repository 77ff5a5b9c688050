"""Baselines: a trainee's own voice, as it was taken on a day."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from voicecoach.store import times
from voicecoach.store.files import Sound
from voicecoach.store.pseudonyms import file_name, veiled
from voicecoach.store.records import StoredBaseline, Trainee
from voicecoach.store.tables import baseline_recordings, baselines


def add(
    db: Connection, who: Trainee, data: Mapping[str, Any], sounds: Mapping[str, Sequence[Sound]], *,
    made: datetime, facts: Mapping[str, Any], smile_evidence: bool,
) -> str:  # fmt: skip
    """Keep a baseline as the active one; the id."""
    new = secrets.token_hex(8)
    plain = veiled({"baseline": dict(data)}, who)["baseline"]
    db.execute(update(baselines).where(baselines.c.trainee == who.id).values(active=False))
    db.execute(
        baselines.insert().values(
            id=new, trainee=who.id, made=times.text(made), data=plain, facts=dict(facts),
            smile_evidence=smile_evidence, active=True,
        )
    )  # fmt: skip
    for manner, recorded in sounds.items():
        for place, sound in enumerate(recorded):
            name = file_name(sound.name, sound.sha256, who)
            row = {"baseline": new, "manner": manner, "place": place, "recording": sound.sha256, "name": name}
            db.execute(baseline_recordings.insert().values(**row))
    return new


def newest_first(db: Connection, who: Trainee) -> tuple[StoredBaseline, ...]:
    """All baselines of a trainee."""
    rows = db.execute(select(baselines).where(baselines.c.trainee == who.id).order_by(baselines.c.made.desc())).all()
    return tuple(_baseline(db, row, who) for row in rows)


def in_force(found: Sequence[StoredBaseline], at: datetime | None) -> StoredBaseline | None:
    """The active one of a trainee's baselines (newest first), or the one that was the newest at a time."""
    if at is None:
        return next((one for one in found if one.active), None)
    return next((one for one in found if one.made <= at.astimezone(one.made.tzinfo)), None)


def _baseline(db: Connection, row: Row[Any], who: Trainee) -> StoredBaseline:
    parts = db.execute(
        select(baseline_recordings)
        .where(baseline_recordings.c.baseline == row.id)
        .order_by(baseline_recordings.c.place)
    ).all()
    return StoredBaseline(
        id=row.id,
        trainee=who.shown,
        made=times.parsed(row.made),
        data=row.data,
        facts=row.facts,
        smile_evidence=row.smile_evidence,
        active=row.active,
        neutral=tuple(part.recording for part in parts if part.manner == "neutral"),
        smiling=tuple(part.recording for part in parts if part.manner == "smiling"),
    )
