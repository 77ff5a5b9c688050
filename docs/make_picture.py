"""Make docs/report.png: what a real report looks like, from a sample call.

    python docs/make_picture.py [--lang zh] [--call FILE]

Needs Chromium and the dev extra. The picture is the page as it is, in a window of 1080 x 1500.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from voicecoach import grade, load
from voicecoach.report.audio import embed
from voicecoach.report.html import render

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1080, 1500
COLOURS = 128  # a page has few; this keeps the file small


def main() -> None:
    """Grade, render, photograph."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--call", type=Path, default=ROOT / "sample_audio" / "rushed.flac")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "report.png")
    options = parser.parse_args()
    recording = load(options.call)
    report = grade(recording, lang=options.lang).to_dict()
    page = render(report, lang=options.lang, audio=embed(recording.samples, recording.sr))
    photograph(page, options.out, WIDTH, HEIGHT)


def photograph(html: str, out: Path, width: int, height: int) -> None:
    """What a page looks like in a window of that size, as a small PNG."""
    chromium = os.environ.get("VOICECOACH_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "page.html"
        page_file.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--mute-audio"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(page_file.as_uri())
        page.wait_for_timeout(2000)  # a waveform is drawn when the sound is decoded, plots when they come into view
        page.screenshot(path=str(out))
        browser.close()
    with Image.open(out) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(out, optimize=True)
    print(f"{out}: {out.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
