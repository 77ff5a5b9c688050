"""How large the cohort page is and how fast it opens: made-up cohorts of any size, from the report on one sample call.

    python benchmarks/cohort_page.py --takes 5000            size and seconds, beside an empty page in the same browser
    python benchmarks/cohort_page.py --takes 2000 --keep DIR leaves the page there to be looked at

The scores are plausible, not real: every scored row of the report gets a value of its own about a level that belongs
to the trainee and moves over the dates, and its score from the row's curve, as grading does it. Some takes fail, some
have no date, one recording is handed in twice. With ``--excerpts`` the sample call stands for every recording, so that
the page holds as much sound as it may.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from voicecoach import grade, load
from voicecoach.cohort.page import NAME, Handed, page_of
from voicecoach.rubric.curve import score_at
from voicecoach.words import both

Report = dict[str, Any]
ROOT = Path(__file__).parents[1]
CALL = ROOT / "sample_audio" / "on_target.flac"
FIRST = datetime(2026, 9, 1, 9, tzinfo=UTC)
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
BANDS = (("on_target", 80.0), ("close", 60.0), ("practise", 0.0))
FAULTS = ("empty_file", "not_audio", "damaged_file")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def template() -> Report:
    """The report on a sample call."""
    return grade(load(CALL)).to_dict()


def made(
    report: Report, takes: int, trainees: int, *, cohorts: int = 3, seed: int = 1, recording: str | None = None
) -> Iterator[Handed]:
    """Takes of a made-up cohort; each reads its own made-up report."""
    rng = np.random.default_rng(seed)
    levels = rng.normal(0, 1, (trainees, len(report["criteria"])))
    climbs = rng.normal(0.3, 0.6, trainees)
    each = -(-takes // trainees)
    for number in range(takes):
        who, which = divmod(number, each)
        family, given = divmod(who, len(GIVEN))
        again = "" if family < len(FAMILY) else family // len(FAMILY) + 1
        name = f"{FAMILY[family % len(FAMILY)]}{GIVEN[given]}{again}"
        recorded = None if who == 2 else FIRST + timedelta(days=7 * which, minutes=int(rng.integers(0, 400)))
        common = {"trainee": name, "cohort": f"{who % cohorts + 1} 班", "recorded": recorded}
        file = f"{name} {which + 1:02}.wav"
        if rng.random() < 0.02:
            code = FAULTS[int(rng.integers(len(FAULTS)))]
            yield Handed(file, file, failure=both("errors", code, path=file, found="–"), code=code, **common)
            continue
        draws = (seed, number, levels[who] + climbs[who] * which / max(each, 1))
        link = f"reports/{number}.report.html"
        yield Handed(file, file, link=link, read=lambda d=draws: drawn(report, *d), recording=recording, **common)


def drawn(report: Report, seed: int, number: int, level: Sequence[float]) -> Report:
    """A report like ``report`` with values of its own."""
    rng = np.random.default_rng((seed, number))
    found = {**report, "recording": {**report["recording"], "sha256": f"{max(number, 1):064x}"}}
    found["criteria"] = [_row(row, at, rng) for row, at in zip(report["criteria"], level, strict=True)]
    rows = {row["id"]: row for row in found["criteria"]}
    found["requirements"] = [_requirement(one, rows) for one in report["requirements"]]
    scores = [one["score"] for one in found["requirements"] if one["score"] is not None]
    found["overall"] = {**report["overall"], "score": sum(scores) / len(scores)}
    return found


def _row(row: Report, level: float, rng: np.random.Generator) -> Report:
    if row["score"] is None or not row["curve"]:
        return row
    points = np.array(row["curve"], dtype=float)
    width = 0.18 * (points[-1, 0] - points[0, 0])
    odd = 5 * rng.normal() if rng.random() < 0.002 else 0.0
    value = float(row["value"]) + width * (0.6 * level + 0.5 * rng.normal() + odd)
    value = max(value, 0.0) if row["value"] >= 0 else value
    interval = [value - 0.25 * width, value + 0.25 * width]
    return {**row, "value": value, "interval": interval, "score": float(score_at(row["curve"], value))}


def _requirement(one: Report, rows: Mapping[str, Report]) -> Report:
    scored = [rows[id] for id in one["criteria"] if rows[id]["score"] is not None and rows[id]["weight"]]
    if not scored:
        return one
    score = sum(row["weight"] * row["score"] for row in scored) / sum(row["weight"] for row in scored)
    edges = sorted(float(score_at(scored[0]["curve"], edge)) - scored[0]["score"] for edge in scored[0]["interval"])
    interval = [max(score + edges[0], 0.0), min(score + edges[1], 100.0)]
    return {**one, "score": score, "interval": interval, "band": next(name for name, limit in BANDS if score >= limit)}


def opened(page_file: Path, times: int = 5) -> float:
    """Median seconds until the page has loaded and its script has run, in a fresh page each time."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("VOICECOACH_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--mute-audio"])
        for _ in range(times):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            before = time.perf_counter()
            page.goto(page_file.as_uri(), wait_until="load")
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            taken.append(time.perf_counter() - before)
            page.close()
        browser.close()
    return median(taken)


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--takes", type=int, default=5000)
    parser.add_argument("--trainees", type=int)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--excerpts", action="store_true")
    options = parser.parse_args()
    trainees = options.trainees or max(options.takes // 10, 1)
    recording = str(CALL) if options.excerpts else None
    handed = list(made(template(), options.takes, trainees, recording=recording))
    with tempfile.TemporaryDirectory() as folder:
        where = options.keep or Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        before = time.perf_counter()
        page = where / NAME
        page.write_text(page_of(handed, lang="en"), encoding="utf-8")
        made_in = time.perf_counter() - before
        empty = Path(folder) / "empty.html"
        empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
        nothing, full, size = opened(empty), opened(page), page.stat().st_size
    print(f"{options.takes} takes of {trainees} trainees: page made in {made_in:.1f} s, {size / 1e6:.2f} MB")
    print(f"opens in {full:.2f} s, an empty page in {nothing:.2f} s: {full / nothing:.0f} x")


if __name__ == "__main__":
    main()
