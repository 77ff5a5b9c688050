"""A report as grading writes it (full.json and a drawn timeline), and the variations that a page must survive."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Report = dict[str, Any]
STEP_S = 5.0  # the made-up call: 4.2 s of speech, 0.8 s of pause, and again


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def timeline(duration: float) -> Report:
    """What grading draws of such a call."""
    wave_step, f0_step = duration / 2400, duration / 3000

    def talking(at: float) -> bool:
        return at % STEP_S < 4.2

    def contour(i: int) -> float | None:
        at = i * f0_step
        return round(4 * math.sin(2.1 * at) + 2.5 * math.sin(7.7 * at), 2) if talking(at) and i % 11 < 8 else None

    peaks = [abs(math.sin(i * 0.37) * math.cos(i * 0.011)) if talking(i * wave_step) else 0.01 for i in range(2400)]
    times = np.arange(5, duration - 5, 2).tolist()
    return {
        "waveform": {"step_s": wave_step, "peaks": [round(peak, 3) for peak in peaks]},
        "f0": {"step_s": f0_step, "start_s": 0.0, "reference_hz": 212.4, "st": [contour(i) for i in range(3000)]},
        "rate": {
            "times": times,
            "values": [None if t % 62 < 3 else round(180 + 35 * math.sin(t / 9), 1) for t in times],
        },
    }


def segments(duration: float) -> Report:
    starts = np.arange(0, duration - STEP_S, STEP_S).tolist()
    speech = [[start, start + 4.2] for start in starts]
    pauses = [[start + 4.2, start + STEP_S] for start in starts]
    return {"speech": speech, "pauses": pauses, "sentences": speech, "syllables": []}


def full_report(duration: float = 128.0) -> Report:
    report: Report = json.loads(Path(__file__).with_name("full.json").read_text(encoding="utf-8"))
    report["recording"]["duration_s"] = duration
    return report | {"segments": segments(duration), "timeline": timeline(duration)}


def nothing_judged() -> Report:
    """Silence or noise: no scores, no overall, no evidence, no pitch, no rate."""
    report = full_report(30.0)
    reason = both("说话时间不够：有 0 秒，评分需要 20 秒。", "Too little speech: 0 s, a score needs 20 s.")
    unknown = {"score": None, "interval": None, "status": "not_measurable", "confidence": None}
    for row in report["criteria"]:
        row |= unknown | {"value": None, "evidence": [], "reason_code": "too_little_speech_s"}
        row["words"] |= {"heard": None, "advice": None, "reason": reason}
    for row in report["requirements"]:
        row |= unknown | {"band": None}
        row["words"]["reason"] = reason
    few = both("六项中只有 0 项能够判定。", "Only 0 of the six could be judged.")
    report["overall"] |= {"score": None, "interval": None, "band": None, "judged": 0, "words": {"reason": few}}
    report["summary"] = {"sentence": both("依据太少。", "Too little to go by."), "strength": None, "next": None}
    quality = dict.fromkeys(
        ["active_level_db", "noise_level_db", "snr_db", "peak_dbfs", "loudness_lufs", "bandwidth_hz"]
    )
    no_speech = both("这段录音里没有找到语音。", "No speech was found in this recording.")
    report["recording"]["quality"] |= quality | {"verdict": "none", "codes": ["no_speech"], "words": [no_speech]}
    report["segments"] = {"speech": [], "pauses": [], "sentences": [], "syllables": []}
    report["timeline"] = {
        "waveform": {"step_s": 0.1, "peaks": [0.0] * 300},
        "f0": {"step_s": 0.01, "start_s": 0.0, "reference_hz": None, "st": []},
        "rate": {"times": [], "values": []},
    }
    return report


def all_on_target() -> Report:
    report = full_report()
    good = {"status": "scored", "score": 92.0, "interval": [86.0, 96.0], "band": "on_target", "confidence": "high"}
    for row in report["requirements"]:
        row |= good
        row["words"]["reason"] = None
    for row in report["criteria"]:
        row["words"]["advice"] = None
    report["overall"] |= {"score": 92.0, "interval": [88.0, 95.0], "band": "on_target", "judged": 6}
    report["summary"] |= {"next": None, "sentence": both("能判定的 6 项全部达标。", "All 6 are on target.")}
    return report


def wild_name() -> Report:
    report = full_report()
    hostile = "</script><img src=x onerror=alert(1)><!--font--><!--sound-->&\"'{{ 7*7 }} 录音🙂"
    report["recording"]["name"] = hostile + "很长的名字" * 30 + "no_break" * 20 + ".wav"
    report["rubric"]["name"] = "<b>x</b>"
    report["criteria"][0]["evidence"][0]["words"] = both("</script><b>甲</b>", "</script><b>a</b>")
    return report


def telephone() -> Report:
    """A bad recording of one channel of a stereo file, cut short, with a baseline and a changed setting."""
    report = full_report()
    words = [
        both("录音大量削波；请调低输入音量重录。", "Heavily clipped; lower the input level and record again."),
        both("噪声几乎和声音一样大。", "The noise is nearly as loud as the voice."),
        both("文件不完整；评到中断处为止。", "The file is cut short; judged up to the cut."),
    ]
    quality = {"verdict": "poor", "band": "telephone", "bandwidth_hz": 3400.0, "clipped_share": 0.031, "snr_db": 7.5}
    report["recording"]["quality"] |= quality | {"noise_level_db": -32.7, "words": words}
    report["recording"] |= {"truncated": True, "channels": 2, "speaker": "left"}
    report["baseline"] = {
        "name": "平常朗读.wav", "sha256": "bb" * 32, "speech_s": 48.2, "made": "2026-10-02", "age_days": 53,
    }  # fmt: skip
    report["settings"] = {"pause_min_s": 0.3}
    return report


def three_hours() -> Report:
    """Long, with so many moments that they cannot be numbered."""
    report = full_report(3 * 3600.0)
    row = report["criteria"][0]
    row["evidence"] = [row["evidence"][0] | {"start": 50.0 * i, "end": 50.0 * i + 4} for i in range(200)]
    return report


CASES: dict[str, Callable[[], Report]] = {
    "full": full_report,
    "nothing_judged": nothing_judged,
    "all_on_target": all_on_target,
    "wild_name": wild_name,
    "telephone": telephone,
    "three_hours": three_hours,
}


@pytest.fixture(params=CASES)
def any_report(request: pytest.FixtureRequest) -> Report:
    return CASES[request.param]()


@pytest.fixture
def report() -> Report:
    return full_report()


@pytest.fixture
def make_report() -> Callable[[str], Report]:
    return lambda case: CASES[case]()


@pytest.fixture(scope="session")
def voice() -> tuple[np.ndarray, int]:
    """128 s of something to hear: a tone that says its second by its pitch."""
    sr = 16000
    at = np.arange(128 * sr) / sr
    return (0.2 * np.sin(2 * np.pi * (200 + 5 * np.floor(at)) * at)).astype(np.float32), sr
