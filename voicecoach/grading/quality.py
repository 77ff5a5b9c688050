"""What the recording itself is fit for: level, noise, clipping, bandwidth."""

from typing import Any

from voicecoach.grading.gates import Evidences
from voicecoach.rubric.muting import INTRUDERS, intruders
from voicecoach.tracks import Tracks
from voicecoach.words import both

# Limits of the verdict. Sources as in the rubric's loudness and clarity rows.
SOFT_DB, LOUD_DB = -36.0, -14.0  # active speech level, half-score points
NOISY_DB, VERY_NOISY_DB = 15.0, 8.0  # speech-to-noise ratio
CLIPPED, BADLY_CLIPPED = 0.0005, 0.01  # share of samples
SPEECH_S = 1.0


def quality(tracks: Tracks, available: Evidences) -> dict[str, Any]:
    """Figures, codes and one sentence for each code; ``verdict`` is ``good``, ``fair``, ``poor`` or ``none``."""
    capture, levels, notes = tracks.capture, tracks.levels, tracks.recording.notes
    band = None
    if capture.bandwidth_hz is not None:
        band = "telephone" if capture.telephone else "wideband"
    codes = _codes(tracks, available, band)
    if "no_speech" in codes:
        verdict = "none"
    elif {"very_noisy", "badly_clipped", *INTRUDERS} & set(codes):
        verdict = "poor"
    elif {"noisy", "clipped", "soft", "loud"} & set(codes):
        verdict = "fair"
    else:
        verdict = "good"
    return {
        "verdict": verdict,
        "active_level_db": levels.active_level_db,
        "noise_level_db": levels.noise_level_db,
        "snr_db": levels.snr_db,
        "loudness_lufs": levels.loudness_lufs,
        "peak_dbfs": capture.peak_dbfs,
        "clipped_share": capture.clipped_share,
        "bandwidth_hz": capture.bandwidth_hz,
        "band": band,
        "codes": codes,
        "words": [both("recording_notes" if code in notes else "quality", code) for code in codes],
    }


def _codes(tracks: Tracks, available: Evidences, band: str | None) -> list[str]:
    level, snr = tracks.levels.active_level_db, tracks.levels.snr_db
    clipped = tracks.capture.clipped_share
    codes = list(tracks.recording.notes)
    company = tracks.company.found
    if tracks.recording.channels == 1 and "second_voice" not in company:
        codes.append("mono_as_solo")
    codes += [code if spoils else f"{code}_apart" for code, spoils in intruders(company, tracks.ipus).items()]
    if available["speech_s"] < SPEECH_S:
        return [*codes, "no_speech"]
    checks = {
        "soft": level is not None and level < SOFT_DB,
        "loud": level is not None and level > LOUD_DB,
        "very_noisy": snr is not None and snr < VERY_NOISY_DB,
        "noisy": snr is not None and VERY_NOISY_DB <= snr < NOISY_DB,
        "badly_clipped": clipped > BADLY_CLIPPED,
        "clipped": CLIPPED < clipped <= BADLY_CLIPPED,
        "telephone_band": band == "telephone",
    }
    return codes + [code for code, found in checks.items() if found]
