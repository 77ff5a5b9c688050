"""A trainee's stored takes as entries: each with the report that can be compared with the newest one."""

from datetime import date, datetime, tzinfo

from voicecoach.errors import UsageError
from voicecoach.progress.records import Entry
from voicecoach.store import Store, Take


def history(store: Store, trainee: str, *, since: date | None = None, zone: tzinfo | None = None) -> tuple[Entry, ...]:
    """Takes with a report, newest first.

    The newest take's newest report says which rubric it is about; an older take gives its newest report of that
    rubric, or, where it has none, its newest of any.

    Parameters
    ----------
    store : Store
    trainee : str       name or pseudonym
    since : date        leaves earlier takes out
    zone : tzinfo       in which a day begins; default: this machine's

    Raises
    ------
    UsageError    no such trainee (``unknown_trainee``), or no takes (``nothing_to_follow``)
    """
    found = [take for take in store.takes(trainee) if take.reports and _after(take.recorded, since, zone)]
    if not found:
        raise UsageError("nothing_to_follow", trainee=store.trainee(trainee).shown, since=since or "–")
    rubric = found[0].reports[0].rubric
    return tuple(_entry(store, take, rubric) for take in found)


def _after(recorded: datetime, since: date | None, zone: tzinfo | None) -> bool:
    return since is None or recorded.astimezone(zone).date() >= since


def _entry(store: Store, take: Take, rubric: str) -> Entry:
    named = rubric if any(one.rubric == rubric for one in take.reports) else None
    return Entry(take.id, take.recorded, take.duration_s, take.name, take.note, store.report(take, named))
