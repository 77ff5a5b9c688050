"""Segments as a Praat TextGrid (Boersma & Weenink, Praat manual, "TextGrid file formats"), through praatio."""

from pathlib import Path

from voicecoach.extras import needed
from voicecoach.segmentation.tiers import LABELS, NAMES, POINTS, Tiers, checked
from voicecoach.timeline import Span


def write(file: Path, tiers: Tiers, duration: float) -> None:
    """Write interval tiers, and syllables as a point tier, in Praat's long text format.

    Raises
    ------
    UsageError    praatio is not installed
    """
    textgrid = needed("praatio.textgrid")
    grid = textgrid.Textgrid(0, duration)
    for name, spans in tiers.items():
        if name in POINTS:
            points = [(min(span.start, duration), LABELS[name]) for span in spans]
            grid.addTier(textgrid.PointTier(name, points, 0, duration))
        else:
            intervals = [(span.start, min(span.end, duration), LABELS[name]) for span in spans]
            grid.addTier(textgrid.IntervalTier(name, intervals, 0, duration))
    if not file.parent.is_dir():
        raise FileNotFoundError(2, "No such folder", str(file.parent))
    grid.save(str(file), format="long_textgrid", includeBlankSpaces=True)


def read(file: Path) -> tuple[Tiers, float]:
    """The tiers of our names and the recording's length. A tier of syllables may also be one of intervals, a whole
    syllable each: its middles are taken.

    Raises
    ------
    UsageError     praatio is not installed
    ValueError     not a TextGrid, or parts overlap
    """
    textgrid = needed("praatio.textgrid")
    errors = needed("praatio.utilities.errors")
    try:
        grid = textgrid.openTextgrid(str(file), includeEmptyIntervals=False, reportingMode="silence")
    except (errors.PraatioException, ValueError, LookupError, AssertionError) as error:
        raise ValueError(str(error) or type(error).__name__) from None
    tiers: Tiers = {}
    for name in NAMES:
        if name in grid.tierNames:
            tiers[name] = checked(name, (_span(name, entry) for entry in grid.getTier(name).entries))
    return tiers, float(grid.maxTimestamp or 0)


def _span(tier: str, entry: tuple[float | str, ...]) -> Span:
    start, end = float(entry[0]), float(entry[-2])  # a point is (time, label): both are its time
    return Span((start + end) / 2, (start + end) / 2) if tier in POINTS else Span(start, end)
