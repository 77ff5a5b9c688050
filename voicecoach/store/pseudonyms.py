"""Keeping a real name out of what is shown: with a pseudonym, file names are made from that.

A file's name is where a person's name gets into a report. Notes and scripts are the trainee's own words; they are
kept as they are, and an export puts the pseudonym wherever the name is spelt in them as it was entered.
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, select, update

from voicecoach.store.records import Trainee
from voicecoach.store.tables import baseline_recordings, baselines, reports, takes


def file_name(name: str, sha256: str, who: Trainee) -> str:
    """What the file of a recording is called where it is shown.

    Examples
    --------
    >>> from datetime import datetime
    >>> file_name("wangfang 1.wav", "0123456789", Trainee("1", "王芳", "P7", datetime.min))
    'P7-01234567.wav'
    """
    return name if who.pseudonym is None else f"{who.pseudonym}-{sha256[:8]}{PurePath(name).suffix}"


def veiled(report: Mapping[str, Any], who: Trainee) -> dict[str, Any]:
    """A report without the name of the file that it is about, or of the baseline's, where there is a pseudonym."""
    parts = {part: report[part] for part in ("recording", "baseline") if report.get(part)}
    return dict(report) | {part: _renamed(found, who) for part, found in parts.items()}


def masked(text: str, who: Trainee) -> str:
    """A text with the pseudonym in place of the name."""
    return text if who.pseudonym is None else text.replace(who.name, who.pseudonym)


def veil_all(db: Connection, who: Trainee) -> None:
    """Rename whatever has been kept of a trainee who was given a pseudonym."""
    for row in db.execute(select(takes).where(takes.c.trainee == who.id)).mappings().all():
        new = file_name(row["name"], row["recording"], who)
        db.execute(update(takes).where(takes.c.id == row["id"]).values(name=new))
        of_take = reports.c.take == row["id"]
        for report in db.execute(select(reports).where(of_take)).mappings().all():
            key = [reports.c[name] == report[name] for name in ("rubric", "rubric_sha256", "voicecoach")]
            db.execute(update(reports).where(of_take, *key).values(report=veiled(report["report"], who)))
    for row in db.execute(select(baselines).where(baselines.c.trainee == who.id)).mappings().all():
        of_baseline = baseline_recordings.c.baseline == row["id"]
        db.execute(update(baselines).where(baselines.c.id == row["id"]).values(data=_renamed(row["data"], who)))
        for part in db.execute(select(baseline_recordings).where(of_baseline)).mappings().all():
            key = [baseline_recordings.c[name] == part[name] for name in ("manner", "place")]
            new = file_name(part["name"], part["recording"], who)
            db.execute(update(baseline_recordings).where(of_baseline, *key).values(name=new))


def _renamed(part: Mapping[str, Any], who: Trainee) -> dict[str, Any]:
    if not {"name", "sha256"} <= set(part):
        return dict(part)
    return dict(part) | {"name": file_name(part["name"], part["sha256"], who)}
