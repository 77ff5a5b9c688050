"""The cohort page without a browser: what it picks out, compares and keeps to itself."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from voicecoach.cohort.page import Handed, page_of
from voicecoach.cohort.page.attention import Attention, attention
from voicecoach.cohort.page.clips import BUDGET_BYTES, LONGEST_S, clips, order
from voicecoach.cohort.page.gather import gather
from voicecoach.cohort.page.html import render
from voicecoach.cohort.page.pseudonyms import FILE, pseudonyms, read_pseudonyms, veiled
from voicecoach.cohort.page.records import FAILED, FAR, STRANGE, TWICE, UNSURE, Cohort, Judged, Requirement, Take
from voicecoach.cohort.page.rows import from_rows, nameless, people
from voicecoach.cohort.page.spread import histogram
from voicecoach.cohort.page.versus import differences, group, versus
from voicecoach.errors import UsageError
from voicecoach.report.fonts import covered
from voicecoach.words import LANGUAGES, catalogue

Report = dict[str, Any]
Cohorts = Callable[..., list[Handed]]
Graded = Callable[..., Report]
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOSTILE = '</script><script>alert("x")</script><!--'
SAMPLES = Path(__file__).parents[2] / "sample_audio"


def take(report: Report, number: int = 0, **more: Any) -> Handed:
    known = {"trainee": "王芳", "cohort": "一班", "recorded": NOON + timedelta(days=number)} | more
    return Handed(f"{number}", f"{number}.wav", read=lambda: report, **known)


def leading(report: Report, sha256: str, **values: float) -> Report:
    """The report with other leading figures of its requirements, and as if on another recording."""
    found = told(report, sha256=sha256)
    leads = {one["lead"]: one["id"] for one in found["requirements"]}
    for row in found["criteria"]:
        if leads.get(row["id"]) in values:
            value = values[leads[row["id"]]]
            row |= {"value": value, "interval": [value - 0.5, value + 0.5]}
    return found


def told(report: Report, *, sha256: str, **scores: float) -> Report:
    """The report with other scores of its requirements, and as if on another recording."""
    found = deepcopy(report)
    found["recording"]["sha256"] = sha256
    for one in found["requirements"]:
        if one["id"] in scores:
            score = scores[one["id"]]
            band = next(name for name, limit in found["bands"] if score >= limit)
            one |= {"score": score, "interval": [score, score], "band": band}
    return found


def data_of(page: str) -> Report:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found is not None
    data: Report = json.loads(found.group(1))
    return data


# ------------------------------------------------------------------------------------------ what needs an ear


def test_a_take_far_from_the_trainees_own_others_is_picked_out_whichever_way(graded: Graded) -> None:
    report = graded("on_target")
    usual = [take(leading(report, f"{i}", rate=140 + i % 5), i) for i in range(9)]
    low = take(leading(report, "low", rate=80), 10)
    high = take(leading(report, "high", rate=300), 11)
    found = attention(gather([*usual, low]))
    assert [(one.take, one.far[0].requirement, one.far[0].own) for one in found.of(FAR)] == [(9, "rate", True)]
    assert [one.take for one in attention(gather([*usual, high])).of(FAR)] == [9]
    near = take(leading(report, "near", rate=147), 9)
    assert attention(gather([*usual, near])).of(FAR) == []
    assert found.of(FAR)[0].far[0].usual == 142
    page = render(gather([*usual, high]), attention(gather([*usual, high])), clips(gather([]), []), lang="en")
    assert "300, otherwise about 142 syllables/min for this trainee" in page


def test_ordinary_scatter_puts_hardly_anybody_far() -> None:
    """Made-up figures without anything odd: 3.5 standard deviations are passed by chance hardly ever."""
    import numpy as np

    rng = np.random.default_rng(3)
    takes = [
        Take(Handed("", "", f"T{i // 10}"), judged={"rate": Judged(80, None, "on_target", x, None, 2.0)}, sha256=f"{i}")
        for i, x in enumerate(150 + 10 * np.repeat(rng.normal(0, 2, 200), 10) + rng.normal(0, 10, 2000))
    ]
    rate = Requirement("rate", {}, {}, {}, None)
    found = attention(Cohort(tuple(takes), (rate,), (("on_target", 80.0),), {}, None, 0))
    assert len(found.of(FAR)) <= 10  # 0.5 %


def test_a_steady_cohort_has_nobody_far(graded: Graded) -> None:
    report = graded("on_target")
    handed = [take(told(report, sha256=f"{i}", rate=99), i, trainee=f"T{i}") for i in range(30)]
    assert attention(gather(handed)).of(FAR) == []


def test_with_few_own_takes_the_cohort_is_what_a_take_is_compared_with(graded: Graded) -> None:
    report = graded("on_target")
    handed = [take(leading(report, f"{i}", pause=1.6 + i / 10), i, trainee=f"T{i:02}") for i in range(12)]
    odd = take(leading(report, "odd", pause=9.0), 13, trainee="Z")
    found = attention(gather([*handed, odd])).of(FAR)
    assert [(one.take, one.far[0].requirement, one.far[0].own) for one in found] == [(12, "pause", False)]
    assert attention(gather([*handed[:5], odd])).of(FAR) == []  # among six nobody is odd


def test_what_could_not_be_judged_is_uncertain_and_says_why(graded: Graded) -> None:
    report = deepcopy(graded("on_target"))
    reason = {"zh": "说话太少。", "en": "Too little speech."}
    words = report["requirements"][0]["words"] | {"reason": reason}
    report["requirements"][0] |= {"score": None, "interval": None, "band": None, "words": words}
    cohort = gather([take(graded("on_target")), take(report, 1)])
    found = attention(cohort).of(UNSURE)
    assert [one.take for one in found] == [1]
    assert found[0].unjudged == ("rate",)
    page = render(cohort, attention(cohort), clips(cohort, []))
    assert "Too little speech." in page
    assert "说话太少。" in page


def test_a_requirement_undecided_in_most_takes_is_told_once(graded: Graded) -> None:
    wide = deepcopy(graded("on_target"))
    for one in wide["requirements"]:
        if one["id"] in ("tone", "pause"):
            one |= {"score": 70.0, "interval": [40.0, 90.0], "band": "close"}
    same = [take(wide | {"recording": wide["recording"] | {"sha256": f"{i}"}}, i) for i in range(4)]
    found = attention(gather(same))
    assert found.mostly_undecided == {"pause": (4, 4), "tone": (4, 4)}
    assert found.of(UNSURE) == []
    few = [take(told(graded("on_target"), sha256=f"x{i}", tone=95, pause=95), 10 + i) for i in range(20)]
    found = attention(gather([*few, same[0]]))
    assert [one.undecided for one in found.of(UNSURE)] == [("pause", "tone")]


def test_a_recording_handed_in_twice_is_noticed(graded: Graded) -> None:
    report = graded("on_target")
    found = attention(gather([take(report), take(report, 1, trainee="李娜"), take(told(report, sha256="b"), 2)]))
    assert [(one.take, one.twin) for one in found.of(TWICE)] == [(0, 1), (1, 0)]


def test_failures_are_grouped_by_their_reason(graded: Graded) -> None:
    words = {"zh": "a.wav：文件是空的。", "en": "a.wav: the file is empty."}
    failed = [Handed(f"f{i}", "a.wav", "王芳", failure=words, code="empty_file") for i in range(9)]
    cohort = gather([take(graded("on_target")), *failed])
    found = attention(cohort)
    assert len(found.of(FAILED)) == 9
    page = page_of([take(graded("on_target")), *failed], lang="en")
    assert page.count("The file is empty.</span>") == 1
    assert "× 9" in page
    assert "9 not graded" in page


def test_the_page_opens_with_what_needs_an_ear_and_with_no_mean(cohort_of: Cohorts) -> None:
    page = page_of(cohort_of(60, 10), lang="en")
    body = page[page.index("<main") :]
    assert body.index('class="card need') < body.index('id="spread-title"') < body.index('id="table-title"')
    assert not re.search(r"average|mean", body[: body.index('id="spread-title"')])


# --------------------------------------------------------------------------------------- order, trends, cohorts


def test_what_the_roster_and_the_takes_do_not_share_is_told_apart_from_what_needs_an_ear(graded: Graded) -> None:
    report = graded("on_target")
    several = enumerate(["李三", "王二", None, "李三"])
    handed = [take(told(report, sha256=f"{n}" * 64), n, trainee=name) for n, name in several]
    missing = [f"缺{number}" for number in range(15)]
    cohort = gather(handed, roster=["李三", *missing])
    assert cohort.absent == tuple(missing)
    found = attention(cohort)
    assert [cohort.takes[one.take].handed.trainee for one in found.of(STRANGE)] == ["王二", None]
    assert found.ear == attention(gather(handed)).ear
    page = page_of(handed, roster=["李三", *missing], lang="en", voices=False)
    assert "and 3 more" in page
    assert all(f">{name}<" in page for name in missing)
    assert "need-absent" not in page_of(handed, lang="en", voices=False)
    assert not gather(handed).strange


def test_trainees_stand_in_the_order_of_the_roster_and_never_by_score(graded: Graded) -> None:
    report = graded("on_target")
    names = ["赵一", "王二", "李三", "陈四"]
    handed = [take(told(report, sha256=name, rate=20.0 * i), i, trainee=name) for i, name in enumerate(names)]
    assert gather(handed, roster=["李三", "赵一"]).trainees == ("李三", "赵一", "陈四", "王二")
    assert gather(handed[::-1]).trainees == ("陈四", "李三", "王二", "赵一")  # by sound: chen, li, wang, zhao


def test_what_has_changed_is_what_progress_says(graded: Graded) -> None:
    from voicecoach.progress import progress
    from voicecoach.progress.records import Entry

    def at(number: int, rate: float) -> Report:
        report = deepcopy(graded("on_target"))
        row = next(row for row in report["criteria"] if row["id"] == "speech_rate")
        row |= {"value": rate, "interval": [rate - 8, rate + 8]}
        return report | {"recording": report["recording"] | {"sha256": f"{number}"}}

    reports = [at(i, rate) for i, rate in enumerate([205, 207, 204, 206, 140, 138, 141])]
    cohort = gather([take(report, i) for i, report in enumerate(reports)])
    entries = [Entry(f"{i}", NOON + timedelta(days=i), 0.0, "", "", report) for i, report in enumerate(reports)]
    known = {course.id: course for course in progress(entries, NOON).courses}
    for name, course in known.items():
        assert course.change is not None
        assert cohort.trends["王芳", name].direction == course.change.direction
        assert cohort.trends["王芳", name].difference == course.change.difference
    assert cohort.trends["王芳", "rate"].direction == 1
    assert cohort.trends["王芳", "rate"].takes == tuple(range(7))


def test_without_dates_there_is_no_trend(graded: Graded) -> None:
    report = graded("on_target")
    assert gather([take(report, i, recorded=None) for i in range(6)]).trends == {}


def test_dates_of_copied_files_tell_no_trend(graded: Graded) -> None:
    report = graded("on_target")
    copied = [
        take(told(report, sha256=f"{i}"), i, recorded=NOON + timedelta(seconds=i)) for i in range(6)
    ]  # fmt: skip
    one_day = [take(told(report, sha256=f"{i}"), i, recorded=NOON) for i in range(6)]
    apart = [take(told(report, sha256=f"{i}"), i, recorded=NOON + timedelta(minutes=20 * i)) for i in range(6)]
    assert gather(copied).trends == {}
    assert gather(one_day).trends == {}
    assert gather(apart).trends["王芳", "rate"].direction == 0


def test_a_recording_handed_in_twice_counts_once(graded: Graded) -> None:
    report = graded("on_target")
    once = [take(told(report, sha256=f"{i}", rate=50.0 + i), i) for i in range(4)]
    again = take(told(report, sha256="0", rate=50.0), 9)
    known, found = gather(once), gather([*once, again])
    assert found.trends["王芳", "rate"].middle == known.trends["王芳", "rate"].middle
    other = take(report, 20, trainee="李娜", cohort="二班")
    assert versus(gather([*once, again, other]))[0].groups[0] == versus(gather([*once, other]))[0].groups[0]


def test_a_report_that_is_gone_is_told_and_stops_nothing(tmp_path: Path, graded: Graded) -> None:
    from voicecoach.report.wire import read_report

    gone = Handed("x", "x.wav", "王芳", read=lambda: read_report(tmp_path / "gone.report.json"))
    page = page_of([take(graded("on_target")), gone], lang="en")
    assert "1 not graded" in page
    assert "Its report cannot be read: grade it again." in page


def test_takes_graded_otherwise_are_shown_but_not_compared(graded: Graded) -> None:
    report = graded("on_target")
    other = deepcopy(report)
    other["rubric"] = other["rubric"] | {"sha256": "another"}
    other["requirements"][0] |= {"id": "politeness", "score": 10.0, "band": "practise"}
    other["requirements"] = other["requirements"][:1]  # nothing that the others are asked
    cohort = gather([take(report, 0), take(report, 1), take(other, 2, cohort="二班")])
    assert "politeness" not in render(cohort, attention(cohort), clips(cohort, []))
    assert [one.alike for one in cohort.takes] == [True, True, False]
    assert attention(cohort).of(FAILED) == []
    assert cohort.apart == 1
    assert all(one.groups[1].mean is None for one in versus(cohort) if one.groups[1].cohort == "二班")


def test_cohorts_are_compared_by_trainees_and_not_by_takes() -> None:
    one = group("a", [[50] * 100, [70]])
    assert one.mean == 60
    assert one.takes == 101
    assert one.interval == (0.0, 100.0)  # two people say next to nothing
    assert group("b", [[50, 60]]).interval is None


def test_no_difference_is_claimed_where_there_is_none() -> None:
    import numpy as np

    rng = np.random.default_rng(5)
    level = 1 - 0.95 ** (1 / 6)
    claimed = 0
    for _ in range(200):
        pages = [[group(name, [[x] for x in rng.normal(70, 10, 12)]) for name in "ab"] for _ in range(6)]
        claimed += any(differences(groups, level) for groups in pages)
    assert claimed <= 20  # 5 % of 200 are 10; 20 would happen once in a thousand such tests
    apart = [group("a", [[x] for x in rng.normal(50, 10, 12)]), group("b", [[x] for x in rng.normal(80, 10, 12)])]
    assert [(one.one, one.other) for one in differences(apart, level)] == [("a", "b")]


def test_of_few_trainees_no_difference_is_told(cohort_of: Cohorts) -> None:
    few = [group(name, [[level], [level + 1]]) for name, level in (("a", 20), ("b", 90))]
    assert differences(few, 0.05) == []
    page = page_of(cohort_of(8, 4, cohorts=2), lang="en")
    assert "so that no difference is told" in page
    assert "differ for real:" not in page
    assert "could not be chance" not in page


def test_every_value_stands_in_a_bar() -> None:
    drawn = str(histogram([1, 1.5, 2, 7, 99], [0, 1, 2, 3], (1, None)))
    assert sum(int(n) for n in re.findall(r": (\d+)</title>", drawn)) == 5


# ------------------------------------------------------------------------------------------------------ excerpts


def test_excerpts_are_short_fair_and_within_the_budget(graded: Graded) -> None:
    handed = [
        take(graded("rushed"), i, trainee=f"T{i % 3}", recording=str(SAMPLES / "rushed.flac")) for i in range(6)
    ]  # fmt: skip
    cohort = gather(handed)
    wanted = order(cohort, [])
    first = [(cohort.takes[place].handed.trainee, weak.requirement) for place, weak in wanted[:6]]
    assert len(set(first)) == 6  # each trainee's newest of each requirement before anybody's second
    assert order(cohort, [4])[0][0] == 4
    cut = clips(cohort, [], budget=200_000)
    assert 0 < cut.size <= 200_000 < BUDGET_BYTES
    assert cut.wanted == 12
    assert len(cut.cut) < 12
    assert all(clip.end - clip.start <= LONGEST_S + 1e-6 for clip in cut.cut)


def test_an_excerpt_holds_the_moment_that_proves_the_score(graded: Graded) -> None:
    report = graded("rushed")
    cohort = gather([take(report, recording=str(SAMPLES / "rushed.flac"))])
    rate = next(weak for weak in cohort.takes[0].weak if weak.requirement == "rate")
    rows = [row for row in report["criteria"] if row["requirement"] == "rate"]
    moments = {(e["start"], e["end"]): e["code"] for row in rows for e in row["evidence"]}
    assert "fastest" in moments[rate.start, rate.end]
    clip = next(clip for clip in clips(cohort, []).cut if clip.requirement == "rate")
    assert clip.start <= rate.start + 0.5
    assert clip.end >= rate.end


def test_a_recording_that_is_gone_is_counted(graded: Graded, tmp_path: Path) -> None:
    cohort = gather([take(graded("rushed"), recording=str(tmp_path / "gone.flac"))])
    cut = clips(cohort, [])
    assert (cut.cut, cut.unread) == ((), cut.wanted)
    assert cut.wanted >= 2


# ------------------------------------------------------------------------------------- hostile and hidden names


def test_names_can_hold_anything(graded: Graded) -> None:
    report = graded("on_target")
    hostile = [
        Handed(f"{i}", f"{HOSTILE}{i}", f"{HOSTILE}😀", f"{HOSTILE}{i % 2}", NOON, f"r/{i}.html", read=lambda: report)
        for i in range(12)
    ]
    failed = Handed("f", "a&b.wav", HOSTILE, failure={"zh": HOSTILE, "en": HOSTILE}, code="not_audio")
    page = page_of([*hostile, failed])
    assert "<script>alert" not in page
    assert page.count("</script>") == page.count("<script") == 3
    assert HOSTILE in [row[0][: len(HOSTILE)] for row in data_of(page)["takes"]]


def test_pseudonyms_let_nothing_through(graded: Graded) -> None:
    secret = ("司马相如", "simaxiangru 第一次.wav", "卓文君班", "reports/simaxiangru.report.html", "/srv/学员/司马")
    report = deepcopy(graded("rushed"))
    report["recording"]["name"] = secret[1]
    handed = [
        Handed(f"{secret[4]}/{i}", secret[1], secret[0], secret[2], NOON + timedelta(days=i), secret[3],
               read=lambda: report, recording=str(SAMPLES / "rushed.flac")) for i in range(3)
    ]  # fmt: skip
    words = dict.fromkeys(LANGUAGES, f"{secret[4]}/{secret[1]}: {secret[1]}")
    handed.append(Handed(f"{secret[4]}/x", secret[1], secret[0], secret[2], None, None, words, "not_audio"))
    names = pseudonyms(read_pseudonyms(None, FILE), [secret[0]], [secret[2]])
    hidden = veiled(handed, names)
    page = page_of(hidden, pseudonyms=True)
    for text in (*secret, "simaxiangru", "司马", report["recording"]["sha256"], report["recording"]["sha256"][:12]):
        assert text not in page
    assert names.trainees[secret[0]] in page
    assert "data:audio" not in page
    assert ".report.html" not in page
    assert len({one.name for one in hidden}) == 4


def test_pseudonyms_stay_the_same_and_tell_no_order() -> None:
    first = pseudonyms(read_pseudonyms(None, FILE), [f"学员{i}" for i in range(60)], ["甲"])
    again = pseudonyms(read_pseudonyms(first.text(), FILE), ["新来的", "学员3"], ["甲", "乙"])
    assert first.trainees.items() <= again.trainees.items()
    assert again.key == first.key
    assert len(set(again.trainees.values())) == 61
    assert set(again.cohorts) == {"甲", "乙"}
    order_of = [first.trainees[f"学员{i}"] for i in range(60)]
    assert order_of != sorted(order_of)
    with pytest.raises(UsageError, match="pseudonyms"):
        read_pseudonyms("{}", FILE)


# ------------------------------------------------------------------------------------------------------ the file


def test_the_same_takes_make_the_same_page(graded: Graded) -> None:
    handed = [take(graded("rushed"), recording=str(SAMPLES / "rushed.flac"))]
    assert page_of(handed) == page_of(handed)


def test_a_cohort_of_nothing_and_of_failures_only_has_a_page() -> None:
    assert "There are no takes." in page_of([])
    failed = Handed("x", "x.wav", failure={"zh": "空的", "en": "empty"}, code="empty_file")
    assert "1 not graded" in page_of([failed])


def test_thousands_of_takes_are_a_page_that_can_be_sent(cohort_of: Cohorts) -> None:
    page = page_of(cohort_of(600, 60))
    assert len(page.encode()) < 0.75e6 + 600 * 1000
    assert len(data_of(page)["takes"]) == 600


def test_all_words_are_in_the_shipped_font() -> None:
    chinese = "".join(catalogue("zh")["cohort_page"].values())
    assert {char for char in chinese if ord(char) not in covered()} == set()


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        render(gather([]), Attention((), {}), clips(gather([]), []), lang="de")


def test_an_excerpt_links_to_the_card_of_its_requirement(graded: Graded) -> None:
    handed = take(graded("rushed"), link="r.report.html", recording=str(SAMPLES / "rushed.flac"))
    page = page_of([handed])
    assert 'href="r.report.html#rate"' in page
    assert 'href="r.report.html#pause"' in page


def test_a_link_and_a_date_are_what_was_handed_in(graded: Graded) -> None:
    handed = replace(take(graded("on_target")), link="a b/%E7%8E%8B.report.html")
    data = data_of(page_of([handed]))
    assert data["takes"][0][4] == "a b/%E7%8E%8B.report.html"
    assert data["takes"][0][3] == "2026-11-01"


# -------------------------------------------------------------------------------------------------- rows of results


def test_rows_of_results_become_takes() -> None:
    row = {
        "take": "t1", "recording": "calls/1 a.wav", "name": "1 a.wav", "cohort": "", "trainee": "王芳",
        "date": "2026-11-03", "failure": "", "report": "reports/1 a#.report.html",
    }  # fmt: skip
    words = {"failure": "empty_file", "failure_zh": "1 a.wav：空的", "failure_en": "1 a.wav: empty", "report": ""}
    one, bad, again = from_rows([row, row | words, row], ["/calls/王/1 a.wav", "", "s3://b/1.wav"], "results")
    assert (one.name, one.trainee, one.cohort) == ("1 a.wav", "王芳", None)
    assert one.recorded is not None
    assert one.recorded.date().isoformat() == "2026-11-03"
    assert one.link == "reports/1%20a%23.report.html"
    assert (one.recording, bad.recording, again.recording) == ("/calls/王/1 a.wav", None, "s3://b/1.wav")
    assert (bad.code, bad.failure, bad.read) == ("empty_file", {"zh": "1 a.wav：空的", "en": "1 a.wav: empty"}, None)
    assert len({one.id, bad.id, again.id}) == 3


def test_rows_to_show_around_hold_only_what_is_known_to_tell_nothing() -> None:
    row = {
        "take": "t1", "recording": "/calls/王/1.wav", "name": "1.wav", "cohort": "一班", "trainee": "王芳",
        "sha256": "ab", "report": "r.report.html", "rubric": "王的标准.toml", "duplicate_of": "王芳",
        "rate_score": 71.5, "status": "graded",
    }  # fmt: skip
    shown = nameless([row], pseudonyms(read_pseudonyms(None, FILE), *people([row])))[0]
    assert set(shown) == {"take", "cohort", "trainee", "rate_score", "status"}
    assert "王" not in str(shown)
    assert shown["rate_score"] == 71.5
