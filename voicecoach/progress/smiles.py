"""Whether the smile shift has changed for real, in per cent of the resonances.

Its score is not among what takes are compared by, for noise pulls it down. Its value can be compared where neither
take is noisy: from 25 dB on, another gain, codec, band or noise moved it by 0.6 % at most in five calls; at 20 dB by up
to 1.8 %, at 15 dB by up to 4.8 % (benchmarks/against_own.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from voicecoach.progress.levels import Seen, change
from voicecoach.progress.likeness import Like, value_sd
from voicecoach.progress.records import Change

ROW = "smile_shift"
LEAST_SNR_DB = 25.0
DAY_ERROR = 1.5  # %; what another day adds on people, 1-2 (science: e3)


def smile_change(
    reports: Sequence[Mapping[str, Any]], whole: Sequence[str | None], days: Sequence[float], z: float
) -> Change | None:
    """The smile shift of the newest takes against that of earlier ones, in %; None with fewer than two to compare.

    Compared are takes like the newest that has a value: graded by the same rules, against the same neutral recording,
    with speech 25 dB or more above the noise.

    Parameters
    ----------
    reports : sequence of reports     oldest first
    whole : sequence                  why each cannot be compared at all; None where it can
    days : sequence of float          when each was recorded, days since any fixed time
    z : float                         from :func:`voicecoach.progress.levels.quantile`
    """
    usable = [
        (day, row, report["baseline"]["sha256"])
        for report, why, day in zip(reports, whole, days, strict=True)
        if why is None and (row := _row(report)) is not None
    ]
    return change(
        [
            Seen(day, Like(row["value"], (value_sd(row["value"], row["interval"]) ** 2 + DAY_ERROR**2) ** 0.5))
            for day, row, voice in usable
            if voice == usable[-1][2]
        ],
        z,
    )


def _row(report: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The row of a report if its value can be compared."""
    snr = report["recording"]["quality"]["snr_db"]
    if report["baseline"] is None or snr is None or snr < LEAST_SNR_DB:
        return None
    row: Mapping[str, Any] | None = next((one for one in report["criteria"] if one["id"] == ROW), None)
    return None if row is None or row["value"] is None else row
