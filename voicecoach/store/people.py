"""Trainees: by name, or by the pseudonym that stands for it wherever it is shown."""

import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import Connection, RowMapping, or_, select, update

from voicecoach.errors import UsageError
from voicecoach.store import times
from voicecoach.store.records import Trainee
from voicecoach.store.tables import trainees

LONGEST = 200  # characters of a name
REFUSED = {"Cc", "Cs", "Zl", "Zp"}  # categories of characters: control, half pairs, line ends
INVISIBLE = {"Cf", "Mn", "Me", "Zs"}  # what is not seen by itself: format, accents, space


def cleaned(name: str) -> str:
    """A name as it is kept: without space around it, in Unicode's composed form, so that one name is one person.

    Raises
    ------
    UsageError    nothing to be seen, longer than 200 characters, or with control characters

    Examples
    --------
    >>> cleaned("  王 芳 "), cleaned("Jose\\u0301") == "José", cleaned("../x")
    ('王 芳', True, '../x')
    """
    found = unicodedata.normalize("NFC", name).strip()
    kinds = {unicodedata.category(c) for c in found}
    if kinds <= INVISIBLE or kinds & REFUSED or len(found) > LONGEST:
        raise UsageError("bad_name", found=name[:40], expected=LONGEST)
    return found


def find(db: Connection, name: str) -> Trainee | None:
    """The trainee of that name or pseudonym."""
    wanted = cleaned(name)
    row = db.execute(select(trainees).where(or_(trainees.c.name == wanted, trainees.c.pseudonym == wanted))).first()
    return of(row._mapping) if row else None


def known(db: Connection, name: str) -> Trainee:
    """The trainee of that name or pseudonym; UsageError ``unknown_trainee`` if there is none."""
    found = find(db, name)
    if found is None:
        raise UsageError("unknown_trainee", found=name)
    return found


def everybody(db: Connection) -> tuple[Trainee, ...]:
    """All trainees, by the name that may be shown."""
    return tuple(sorted((of(row) for row in db.execute(select(trainees)).mappings()), key=lambda who: who.shown))


def ensure(db: Connection, name: str) -> Trainee:
    """The trainee of that name or pseudonym, who is added where new."""
    found = find(db, name)
    if found is None:
        now = times.now()
        found = Trainee(secrets.token_hex(8), cleaned(name), None, now)
        db.execute(
            trainees.insert().values(id=found.id, name=found.name, pseudonym=None, created=times.text(found.created))
        )
    return found


def rename(db: Connection, who: Trainee, pseudonym: str) -> Trainee:
    """Give a trainee a pseudonym.

    Raises
    ------
    UsageError    ``name_in_use``: it is another trainee's name or pseudonym
    """
    wanted = cleaned(pseudonym)
    other = find(db, wanted)
    if other is not None and other.id != who.id:
        raise UsageError("name_in_use", found=wanted)
    db.execute(update(trainees).where(trainees.c.id == who.id).values(pseudonym=wanted))
    return Trainee(who.id, who.name, wanted, who.created)


def of(row: RowMapping) -> Trainee:
    """From a row of the table."""
    created: datetime = times.parsed(row["created"])
    return Trainee(row["id"], row["name"], row["pseudonym"], created)
