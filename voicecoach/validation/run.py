"""Run every check on every clip under every condition, on several processes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import NamedTuple

from voicecoach.errors import VoiceCoachError
from voicecoach.validation.checks import Check, Observation, Take, every
from voicecoach.validation.manifest import Clip

JOINED = " + "


class Job(NamedTuple):
    """Clips that are heard together under one condition, and the checks that want just these."""

    clips: tuple[Clip, ...]
    condition: str
    measures: tuple[str, ...]


class Seen(NamedTuple):
    """Observations of one check on one set under one condition; ``failed`` names clips that could not be measured.

    A group of clips from several sets belongs to all of them: ``set`` is then their names with ``JOINED`` between.
    """

    measure: str
    set: str
    condition: str
    observations: tuple[Observation, ...]
    failed: tuple[str, ...]


def jobs(clips: Sequence[Clip], checks: Sequence[Check], conditions: Sequence[str] | None) -> list[Job]:
    """What there is to do; clips wanted by several checks under one condition are heard once."""
    wanted: dict[tuple[tuple[str, ...], str], tuple[tuple[Clip, ...], list[str]]] = {}
    sets: dict[str, list[Clip]] = {}
    for clip in clips:
        sets.setdefault(clip.set, []).append(clip)
    for check in checks:
        for members in [list(clips)] if check.across else sets.values():
            for unit in check.units(members):
                for condition in check.conditions:
                    if conditions is None or condition in conditions:
                        key = (tuple(clip.name for clip in unit), condition)
                        wanted.setdefault(key, (unit, []))[1].append(check.measure)
    return [Job(unit, condition, tuple(names)) for (_, condition), (unit, names) in wanted.items()]


def done(job: Job) -> list[Seen]:
    """One job, in whatever process."""
    takes = tuple(Take(clip, job.condition) for clip in job.clips)
    found = []
    sets = JOINED.join(dict.fromkeys(clip.set for clip in job.clips))
    for check in every():
        if check.measure in job.measures:
            observations: list[Observation] = []
            failed: tuple[str, ...] = ()
            try:
                observations = check.observe(takes)
            except VoiceCoachError as error:
                failed = (f"{job.clips[0].name}: {error}",)
            found.append(Seen(check.measure, sets, job.condition, tuple(observations), failed))
    return found


def run(
    todo: Sequence[Job],
    processes: int = 1,
    told: Callable[[int], None] = lambda done: None,
    held: Callable[[Job], list[Seen] | None] = lambda job: None,
    keep: Callable[[Job, list[Seen]], None] = lambda job, seen: None,
) -> list[Seen]:
    """All jobs; the order of the result does not depend on the number of processes.

    Parameters
    ----------
    todo : sequence of Job
    processes : int       1 stays in this one
    told : callable       is given the number of finished jobs, after each
    held : callable       gives what is known of a job from before; it is not done again then
    keep : callable       is given each job that was done now, and what was observed
    """
    results = {index: seen for index, job in enumerate(todo) if (seen := held(job)) is not None}
    missing = [index for index in range(len(todo)) if index not in results]
    for place, seen in _finished([todo[index] for index in missing], processes):
        results[missing[place]] = seen
        keep(todo[missing[place]], seen)
        told(len(results))
    pooled: dict[tuple[str, str, str], list[Seen]] = {}
    for index in sorted(results):
        for part in results[index]:
            pooled.setdefault((part.measure, part.set, part.condition), []).append(part)
    return [
        Seen(*key, tuple(o for s in parts for o in s.observations), tuple(f for s in parts for f in s.failed))
        for key, parts in pooled.items()
    ]


def _finished(todo: Sequence[Job], processes: int) -> Iterator[tuple[int, list[Seen]]]:
    if processes <= 1:
        yield from ((index, done(job)) for index, job in enumerate(todo))
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(done, job): index for index, job in enumerate(todo)}
        for future in as_completed(waiting):
            yield waiting[future], future.result()
