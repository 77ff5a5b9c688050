"""Make docs/cohort.png: what the page of a cohort looks like, from a made-up cohort.

    python docs/make_cohort_picture.py [--lang zh]

Forty trainees with ten takes each, as benchmarks/cohort_page.py makes them; the excerpts are of a sample call. Needs
Chromium and the dev extra. The picture is the page as it is, in a window of 1280 x 1900.
"""

import argparse
import runpy
from pathlib import Path

from make_picture import photograph

from voicecoach.cohort.page import page_of

ROOT = Path(__file__).parents[1]
WIDTH, HEIGHT = 1280, 1900


def main() -> None:
    """Make a cohort, render, photograph."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lang", choices=("zh", "en"), default="en")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "cohort.png")
    options = parser.parse_args()
    benchmark = runpy.run_path(str(ROOT / "benchmarks" / "cohort_page.py"))
    handed = list(benchmark["made"](benchmark["template"](), 400, 40, recording=str(benchmark["CALL"])))
    photograph(page_of(handed, lang=options.lang), options.out, WIDTH, HEIGHT)


if __name__ == "__main__":
    main()
