"""How right every measure is: our error and that of the alternatives, on recordings whose truth is known.

>>> from voicecoach.validation import validate
>>> table = validate([], measures=["syllable_count"])  # no manifest: nothing labelled, nothing to say of syllables
>>> table
[]
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from voicecoach.errors import UsageError
from voicecoach.validation.checks import every
from voicecoach.validation.conditions import CONDITIONS
from voicecoach.validation.manifest import Clip, read_manifest
from voicecoach.validation.observations import Observations
from voicecoach.validation.run import jobs, run
from voicecoach.validation.table import Line, csv_text, lines, markdown, records

__all__ = ["Clip", "Line", "csv_text", "lines", "markdown", "read_manifest", "records", "validate"]


def validate(
    clips: Sequence[Clip],
    *,
    measures: Sequence[str] | None = None,
    sets: Sequence[str] | None = None,
    conditions: Sequence[str] | None = None,
    processes: int = 1,
    told: Callable[[int, int], None] = lambda done, of: None,
    observations: Path | None = None,
) -> list[Line]:
    """Check the measures against the truth of labelled clips.

    Parameters
    ----------
    clips : sequence of Clip                   see :func:`read_manifest`
    measures, sets, conditions : sequence of str, or None      restrict to these; None: all
    processes : int
    told : callable    is given the number of finished jobs and of all
    observations : Path or None    a file of every observation, a line of JSON a job; what it holds is not heard again

    Returns
    -------
    list of Line       see :func:`markdown`, :func:`csv_text`, :func:`records`

    Raises
    ------
    UsageError         an unknown measure, set or condition; observations of other code
    """
    checks = every()
    _known("--measure", measures, [check.measure for check in checks])
    _known("--condition", conditions, list(CONDITIONS))
    _known("--set", sets, sorted({clip.set for clip in clips}))
    wanted = [check for check in checks if measures is None or check.measure in measures]
    todo = jobs([clip for clip in clips if sets is None or clip.set in sets], wanted, conditions)
    if observations is None:
        return lines(run(todo, processes, lambda done: told(done, len(todo))))
    kept = Observations(observations)
    return lines(run(todo, processes, lambda done: told(done, len(todo)), kept.of, kept.keep))


def _known(option: str, asked: Sequence[str] | None, known: Sequence[str]) -> None:
    for name in asked or ():
        if name not in known:
            raise UsageError("bad_option", option=option, found=name, expected=", ".join(known))
