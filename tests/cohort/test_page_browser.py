"""The cohort page as a trainer meets it: in Chromium, from a file, with nothing else to load."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from voicecoach.cohort.page import Handed, page_of

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).parents[2] / "sample_audio"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
TAKES, TRAINEES = 400, 40
HOSTILE = '<img src=x onerror="document.title=1"></script>'


def write(folder: Path, handed: list[Handed], **more: Any) -> Path:
    path = folder / "cohort.html"
    path.write_text(page_of(handed, **more), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, cohort_of: Callable[..., list[Handed]]) -> Path:
    """The page of a made-up cohort."""
    return write(tmp_path_factory.mktemp("large"), cohort_of(TAKES, TRAINEES), lang="en")


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory, graded: Callable[..., dict[str, Any]]) -> Path:
    """The page of a few graded sample calls, with excerpts, of somebody with a dangerous name."""
    handed = [
        Handed(name, f"{name}{HOSTILE}", HOSTILE, f"{HOSTILE}{i % 2}", NOON + timedelta(days=i), f"{name}.report.html",
               read=lambda name=name: graded(name), recording=str(SAMPLES / f"{name}.flac"))
        for i, name in enumerate(("rushed", "monotone", "on_target"))
    ]  # fmt: skip
    return write(tmp_path_factory.mktemp("heard"), handed, lang="en")


@pytest.fixture
def opened(new_page: Callable[..., Any]) -> Callable[..., Any]:
    """Open a page."""

    def open_page(path: Path, *, width: int = 1280, scripts: bool = True) -> Any:
        page = new_page(width=width, height=900, scripts=scripts)
        page.goto(path.as_uri())
        if scripts:
            wait_until(page, "document.querySelectorAll('.tabulator-row').length > 0")
        return page

    return open_page


def wait_until(page: Any, expression: str, seconds: float = 8.0) -> None:
    """Poll: the page's own policy forbids the eval that playwright's wait_for_function needs."""
    for _ in range(int(seconds / 0.05)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true in {seconds} s: {expression}")


def first_column(page: Any, field: str) -> list[str]:
    return [cell.inner_text() for cell in page.locator(f'.tabulator-row [tabulator-field="{field}"]').all()[:10]]


def shown(page: Any) -> str:
    return str(page.locator("#shown").inner_text())


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_runs_over_the_edge_in_either_language(opened: Any, large: Path, width: int, lang: str) -> None:
    page = opened(large, width=width)
    page.locator(f'[data-show="{lang}"]').click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    hidden = "en" if lang == "zh" else "zh"
    assert page.evaluate(f"[...document.querySelectorAll('.{hidden}')].every((e) => e.offsetParent === null)")
    assert page.locator("h1").inner_text().startswith("400" if lang == "zh" else page.locator("h1").inner_text()[0])
    assert page.locator("#f-band option").nth(1).inner_text() == {"zh": "达标", "en": "on target"}[lang]


def test_the_table_starts_in_roster_order_and_sorts_when_asked(opened: Any, large: Path) -> None:
    page = opened(large)
    before = first_column(page, "trainee")
    assert len(set(before)) == 1
    heading = page.locator('.tabulator-col[tabulator-field="s0"]')
    heading.click()
    low = [float(text.split()[0]) for text in first_column(page, "s0") if text[0].isdigit()]
    assert low == sorted(low)
    heading.click()
    high = [float(text.split()[0]) for text in first_column(page, "s0")]
    assert high == sorted(high, reverse=True)
    assert min(high) > max(low)
    heading.click()
    assert first_column(page, "trainee") == before


def test_filters_narrow_the_table(opened: Any, large: Path) -> None:
    page = opened(large)
    assert shown(page) == "Takes: 400 of 400."
    page.locator("#f-cohort").select_option("1 班")
    some = int(shown(page).split()[1])
    assert 0 < some < 400
    assert set(first_column(page, "cohort")) == {"1 班"}
    page.locator("#f-clear").click()
    name = page.locator(".multiple .name").nth(3).inner_text()
    page.locator("#f-search").fill(name)
    assert shown(page) == "Takes: 10 of 400."
    assert set(first_column(page, "trainee")) == {name}
    page.locator("#f-search").fill("nobody of this name")
    assert shown(page) == "Takes: 0 of 400."
    page.locator("#f-clear").click()
    told = int(page.locator(".need.failed .tally").inner_text())
    page.locator('.need.failed [data-filter="failed"]').click()
    assert shown(page) == f"Takes: {told} of 400."
    page.locator("#f-clear").click()
    band = page.locator('[data-filter-requirement="rate"][data-filter-band="close"]')
    count = int(band.locator("b").inner_text())
    band.click()
    assert shown(page) == f"Takes: {count} of 400."


def test_trainees_are_drawn_when_seen_and_open(opened: Any, large: Path) -> None:
    page = opened(large)
    assert page.locator(".multiple").count() == 24
    page.locator("#trainees").scroll_into_view_if_needed()
    wait_until(page, "document.querySelectorAll('.multiple canvas').length >= 10")
    page.locator("#more-trainees").click()
    assert page.locator(".multiple").count() == TRAINEES
    page.locator('[data-plot="pause"]').click()
    page.locator("#only-changed").check()
    chips = page.locator(".multiple .chip").all_inner_texts()
    assert all(text.startswith(("▲", "▼")) for text in chips)
    page.locator("#only-changed").uncheck()
    page.locator(".multiple > button").first.click()
    assert page.locator("dialog canvas").count() == 6
    name = page.locator("#trainee-name").inner_text()
    page.locator("#trainee-table").click()
    assert shown(page) == "Takes: 10 of 400."
    assert set(first_column(page, "trainee")) == {name}


def test_a_clip_plays_and_stops(opened: Any, heard: Path) -> None:
    page = opened(heard)
    button = page.locator("#hear .play").first
    button.click()
    wait_until(page, "!document.getElementById('sound').paused && document.getElementById('sound').currentTime > 0.1")
    assert button.get_attribute("aria-pressed") == "true"
    length = page.evaluate("document.getElementById('sound').duration")
    assert 0.5 < length < 7
    button.click()
    wait_until(page, "document.getElementById('sound').paused")
    assert button.get_attribute("aria-pressed") == "false"
    page.locator(".tabulator .play").first.click()
    wait_until(page, "!document.getElementById('sound').paused")
    wait_until(page, "document.getElementById('sound').paused", 10)  # it ends by itself


def test_a_dangerous_name_is_only_a_name(opened: Any, heard: Path) -> None:
    page = opened(heard)
    assert page.locator("img").count() == 0
    assert page.title().startswith("voicecoach")
    assert HOSTILE in page.locator(".multiple .name").first.inner_text()
    page.locator(".multiple > button").first.click()
    assert page.locator("#trainee-name").inner_text() == HOSTILE
    assert page.locator("img").count() == 0


def test_a_whole_name_finds_that_person_only(
    opened: Any, tmp_path: Path, graded: Callable[..., dict[str, Any]]
) -> None:
    handed = [
        Handed(name, f"{name}.wav", name, recorded=NOON, read=lambda: graded("on_target")) for name in ("王伟", "王伟2")
    ]  # fmt: skip
    page = opened(write(tmp_path, handed, lang="en"))
    page.locator("#f-search").fill("王")
    assert shown(page) == "Takes: 2 of 2."
    page.locator("#f-search").fill("王伟")
    assert shown(page) == "Takes: 1 of 2."


def test_saved_rows_are_no_formulas(
    opened: Any, tmp_path: Path, graded: Callable[..., dict[str, Any]]
) -> None:
    handed = [Handed("1", "=1+1", "=HYPERLINK(1)", "@x", NOON, read=lambda: graded("on_target"))]
    page = opened(write(tmp_path, handed, lang="en"))
    with page.expect_download() as waited:
        page.locator("#f-save").click()
    text = Path(waited.value.path()).read_text(encoding="utf-8")
    assert text.startswith("\ufeff")
    assert '"\'=HYPERLINK(1)"' in text
    assert '"\'=1+1"' in text
    assert ',"=' not in text


def test_without_scripts_what_needs_an_ear_and_the_drawings_are_there(opened: Any, large: Path) -> None:
    page = opened(large, scripts=False)
    assert page.locator(".need").count() >= 3
    assert page.locator("svg.spread .bar").count() > 60
    assert page.locator("svg.versus .one").count() == 6 * TRAINEES
    assert page.locator("noscript").count() == 2
    assert "results.csv" in page.locator("#all").inner_text()


def test_every_button_and_field_has_a_name(opened: Any, heard: Path) -> None:
    page = opened(heard)
    page.locator(".multiple > button").first.click()
    nameless = page.evaluate("""[...document.querySelectorAll("button, a")].filter((e) => e.offsetParent !== null
      && !e.textContent.trim() && !e.getAttribute("aria-label")).map((e) => e.outerHTML.slice(0, 80))""")
    assert nameless == []
    for field in ("search", "cohort", "need", "requirement", "band"):
        assert page.evaluate(f"document.getElementById('f-{field}').labels.length") == 1


def test_a_link_leads_to_the_report(opened: Any, heard: Path) -> None:
    page = opened(heard)
    assert page.locator('.tabulator-row a').first.get_attribute("href").endswith(".report.html")
