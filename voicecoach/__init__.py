"""voicecoach: measure how a practice call sounds, and say what to do next.

=====================  ===================================================================================
read                   ``load``, ``from_array`` → ``Recording``
look                   ``tracks`` → ``Tracks``, each a ``Track`` or ``Span`` tuple; ``plots``
measure                ``measure`` → ``Measurement`` by row, ``measure_many`` → pandas table
judge                  ``load_rubric`` → ``Rubric`` (``with_criterion``), ``grade`` → ``Report``
one's own voice        ``baseline_from`` → ``Baseline``
segments               ``segments``, ``read_segments`` → ``Segments`` (``save``: Praat TextGrid, CSV)
one's own measures     ``Measurement``, ``missing``, ``Evidence``
keep                   ``open_store`` → ``Store``
=====================  ===================================================================================

The public names are loaded when first used, so that ``import voicecoach`` and ``voicecoach --help`` cost nothing:

>>> import voicecoach
>>> voicecoach.load_rubric().name
'etiquette'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach import plots
    from voicecoach.baseline import Baseline
    from voicecoach.cohort import grade_cohort
    from voicecoach.errors import RecordingError, RubricError, StoreError, UsageError, VoiceCoachError
    from voicecoach.grading import grade, measure
    from voicecoach.grading.many import measure_many
    from voicecoach.recording import Recording, from_array, load
    from voicecoach.results import Evidence, Measurement, Report, missing
    from voicecoach.rubric import Rubric, load_rubric
    from voicecoach.segmentation import Segments, read_segments, segments
    from voicecoach.settings import DEFAULT, Settings
    from voicecoach.store import Store, open_store
    from voicecoach.timeline import Span, Track
    from voicecoach.tracks import Tracks
    from voicecoach.tracks.neutral import baseline_from

    # At run time this is the package voicecoach.tracks, which can be called: see there why
    def tracks(recording: Recording, settings: Settings = DEFAULT) -> Tracks:
        """The tracks of a recording: pitch, level, speech, syllables and the rest, each computed on first request."""

__version__ = "0.1.0"

_HOME = {
    "Baseline": "baseline",
    "Evidence": "results",
    "Measurement": "results",
    "Recording": "recording",
    "RecordingError": "errors",
    "Report": "results",
    "Rubric": "rubric",
    "RubricError": "errors",
    "Segments": "segmentation",
    "Settings": "settings",
    "Span": "timeline",
    "Store": "store",
    "StoreError": "errors",
    "Track": "timeline",
    "Tracks": "tracks",
    "UsageError": "errors",
    "VoiceCoachError": "errors",
    "baseline_from": "tracks.neutral",
    "from_array": "recording",
    "grade": "grading",
    "grade_cohort": "cohort",
    "load": "recording",
    "load_rubric": "rubric",
    "measure": "grading",
    "measure_many": "grading.many",
    "missing": "results",
    "open_store": "store",
    "read_segments": "segmentation",
    "segments": "segmentation",
}

__all__ = [
    "Baseline",
    "Evidence",
    "Measurement",
    "Recording",
    "RecordingError",
    "Report",
    "Rubric",
    "RubricError",
    "Segments",
    "Settings",
    "Span",
    "Store",
    "StoreError",
    "Track",
    "Tracks",
    "UsageError",
    "VoiceCoachError",
    "__version__",
    "baseline_from",
    "from_array",
    "grade",
    "grade_cohort",
    "load",
    "load_rubric",
    "measure",
    "measure_many",
    "missing",
    "open_store",
    "plots",
    "read_segments",
    "segments",
    "tracks",
]


def __getattr__(name: str) -> Any:
    if name in ("plots", "tracks"):
        return import_module(f"voicecoach.{name}")
    if name in _HOME:
        return getattr(import_module(f"voicecoach.{_HOME[name]}"), name)
    raise AttributeError(f"module 'voicecoach' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
