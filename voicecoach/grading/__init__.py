"""Recording + rubric → Report. Facts come from the tracks, verdicts from the rubric; this package joins the two."""

from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING, Any

from voicecoach import __version__
from voicecoach.grading.comparison import own_voice
from voicecoach.grading.gates import Evidences, gather
from voicecoach.grading.quality import quality
from voicecoach.grading.scoring import Judged, judge
from voicecoach.grading.summary import summary
from voicecoach.grading.timeline import segments, timeline
from voicecoach.recording import Recording
from voicecoach.results import Measurement, Report, missing
from voicecoach.rubric import Rubric, load_rubric, own_measures
from voicecoach.rubric.muting import intruders, mutes
from voicecoach.rubric.own import askable, must_fit
from voicecoach.settings import DEFAULT, Settings, changed
from voicecoach.tracks import Tracks

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline

__all__ = ["grade", "measure"]


def measure(
    recording: Recording | Tracks, rubric: Rubric | None = None, baseline: "Baseline | None" = None
) -> dict[str, Measurement]:
    """Every measure of the rubric, by criterion id: values and reasons, no verdicts.

    Where somebody or something else is on the channel, measures that it makes wrong are not made: their reason is
    ``second_voice``, ``music`` or ``babble`` (:mod:`voicecoach.rubric.muting`).

    Parameters
    ----------
    recording : Recording or Tracks     tracks that are there already are not computed again
    rubric : Rubric or None             default: ``etiquette``
    baseline : Baseline or None         the speaker's own neutral voice

    Returns
    -------
    dict      criterion id → Measurement, in the rubric's order

    Raises
    ------
    RubricError    a function of one's own gave back what a row cannot be judged by
    """
    tracks = recording if isinstance(recording, Tracks) else Tracks(recording)
    rows = (rubric or load_rubric()).criteria
    present = intruders(tracks.company.found, tracks.ipus)
    measured: dict[Callable[..., Measurement], Measurement] = {}  # two rows may judge one measure
    for row in sorted(rows, key=lambda row: row.measure):
        function = row.called
        if function not in measured:
            code = mutes(signature(function).parameters, present)
            measured[function] = missing(row.unit, code) if code else _call(function, tracks, baseline)
        if row.function is not None:
            must_fit(row, measured[function])
    return {row.id: measured[row.called] for row in rows}


def grade(
    recording: Recording,
    rubric: Rubric | None = None,
    baseline: "Baseline | None" = None,
    *,
    settings: Settings = DEFAULT,
    lang: str = "zh",
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Measure a recording and judge it.

    Parameters
    ----------
    recording : Recording
    rubric : Rubric or None         default: ``etiquette``
    baseline : Baseline or None     the speaker's own neutral voice; without one the smile is not judged
    settings : Settings
    lang : {"zh", "en"}             which language ``reason`` and ``note`` are in, and which a page shows first
    progress : callable or None     told the name of each stage as it begins

    Returns
    -------
    Report
    """
    rubric = rubric or load_rubric()
    tracks = Tracks(recording, settings)
    for stage in STAGES:
        if progress:
            progress(stage)
        getattr(tracks, stage)
    if progress:
        progress("measures")
    measured = measure(tracks, rubric, baseline)
    available: Evidences = gather(tracks, baseline)
    judged: Judged = judge(measured, available, rubric, lang)
    return Report(
        voicecoach=__version__,
        lang=lang,
        recording={
            "name": recording.name,
            "sha256": recording.sha256,
            "duration_s": recording.duration,
            "sr": recording.sr,
            "channels": recording.channels,
            "speaker": recording.speaker,
            "codec": recording.codec,
            "truncated": recording.truncated,
            "quality": quality(tracks, available),
        },
        rubric=_about(rubric),
        settings=changed(settings),
        baseline=own_voice(tracks, baseline),
        overall=judged.overall,
        summary=summary(judged, good=rubric.bands.on_target),
        requirements=judged.requirements,
        bands=(("on_target", rubric.bands.on_target), ("close", rubric.bands.close), ("practise", 0.0)),
        criteria=judged.criteria,
        segments=segments(tracks),
        timeline=timeline(tracks),
    )


STAGES = ("capture", "f0", "intensity", "ipus", "syllables", "sentences", "levels", "company")


def _about(rubric: Rubric) -> dict[str, Any]:
    """What a report says of its rubric; which function it was, where a row has one of one's own."""
    about = {"name": rubric.name, "sha256": rubric.sha256, "title": rubric.title.model_dump()}
    own = own_measures(rubric)
    return about | {"own_measures": own} if own else about


def _call(function: Callable[..., Measurement], tracks: Tracks, baseline: "Baseline | None") -> Measurement:
    """Hand a measure the tracks that its parameters name; others, of functions of one's own, keep their defaults."""
    names = askable()
    wanted: dict[str, Any] = {}
    for name in signature(function).parameters:
        if name in names:
            wanted[name] = baseline if name == "baseline" else getattr(tracks, name)
    return function(**wanted)
