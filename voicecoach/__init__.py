"""voicecoach: measure how a practice call sounds, and say what to do next.

The public names are loaded when first used, so that ``import voicecoach`` and ``voicecoach --help`` cost nothing:

>>> import voicecoach
>>> voicecoach.load_rubric().name
'etiquette'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach import tracks
    from voicecoach.baseline import Baseline
    from voicecoach.errors import RecordingError, RubricError, StoreError, UsageError, VoiceCoachError
    from voicecoach.grading import grade, measure
    from voicecoach.recording import Recording, from_array, load
    from voicecoach.results import Measurement, Report
    from voicecoach.rubric import Rubric, load_rubric
    from voicecoach.settings import Settings
    from voicecoach.store import Store, open_store
    from voicecoach.tracks import Tracks
    from voicecoach.tracks.neutral import baseline_from

__version__ = "0.1.0"

_HOME = {
    "Baseline": "baseline",
    "Measurement": "results",
    "Recording": "recording",
    "RecordingError": "errors",
    "Report": "results",
    "Rubric": "rubric",
    "RubricError": "errors",
    "Settings": "settings",
    "Store": "store",
    "StoreError": "errors",
    "Tracks": "tracks",
    "UsageError": "errors",
    "VoiceCoachError": "errors",
    "baseline_from": "tracks.neutral",
    "from_array": "recording",
    "grade": "grading",
    "load": "recording",
    "load_rubric": "rubric",
    "measure": "grading",
    "open_store": "store",
}

__all__ = [
    "Baseline",
    "Measurement",
    "Recording",
    "RecordingError",
    "Report",
    "Rubric",
    "RubricError",
    "Settings",
    "Store",
    "StoreError",
    "Tracks",
    "UsageError",
    "VoiceCoachError",
    "__version__",
    "baseline_from",
    "from_array",
    "grade",
    "load",
    "load_rubric",
    "measure",
    "open_store",
    "tracks",
]


def __getattr__(name: str) -> Any:
    if name == "tracks":
        return import_module("voicecoach.tracks")
    if name in _HOME:
        return getattr(import_module(f"voicecoach.{_HOME[name]}"), name)
    raise AttributeError(f"module 'voicecoach' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
