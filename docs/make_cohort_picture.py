"""Make docs/cohort.png: what the page of a cohort looks like, from a made-up cohort.

    python docs/make_cohort_picture.py [--lang zh]

Forty trainees with ten takes each, as benchmarks/cohort_page.py makes them; the excerpts are of a sample call. Needs
Chromium and the dev extra. The picture is the page as it is, in a window of 1280 x 1900.
"""

import argparse
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from voicecoach.cohort.page import page_of

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1280, 1900
COLOURS = 128  # a page has few; this keeps the file small


def main() -> None:
    """Make a cohort, render, photograph."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lang", choices=("zh", "en"), default="en")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "cohort.png")
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("cohort_page", ROOT / "benchmarks" / "cohort_page.py")
    if spec is None or spec.loader is None:
        raise ImportError("benchmarks/cohort_page.py")
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    handed = list(benchmark.made(benchmark.template(), 400, 40, recording=str(benchmark.CALL)))
    chromium = os.environ.get("VOICECOACH_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "cohort.html"
        page_file.write_text(page_of(handed, lang=options.lang), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--mute-audio"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_file.as_uri())
        page.wait_for_timeout(2000)  # plots are drawn when they come into view
        page.screenshot(path=str(options.out))
        browser.close()
    with Image.open(options.out) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(options.out, optimize=True)
    print(f"{options.out}: {options.out.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
