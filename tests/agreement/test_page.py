"""The page of a study: complete in itself, in both languages, with the voice where the recording is there."""

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from voicecoach.agreement import Study, study
from voicecoach.agreement.clips import clip
from voicecoach.agreement.page import listed, render
from voicecoach.agreement.records import Difference, Grade, Grades, Take
from voicecoach.results import SCHEMA, Report
from voicecoach.rubric.model import REQUIREMENTS
from voicecoach.words import catalogue

PACKAGE = Path(__file__).parents[2] / "voicecoach/agreement"


def as_file(grades: list[Grade]) -> Grades:
    return Grades(tuple(grades), "0-100", False, "trainers.csv", "00")


@pytest.fixture(scope="module")
def made(simulated: ModuleType) -> Study:
    takes, grades = simulated.Raters(speakers=12, per_speaker=4).takes()
    hostile = [replace(grade, trainer=grade.trainer.replace("trainer 1", "<b>&amp;")) for grade in grades]
    return study(as_file(hostile), takes, Path("trainers.csv"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_asks_for_nothing_and_says_everything_twice(made: Study, lang: str) -> None:
    page = render(made, lang=lang, place=Path("x/agreement.html"))
    assert not re.search(r'(?:src|href)="(?!data:|#)[^"]', page)
    assert f'data-lang="{lang}"' in page
    assert page.count('class="zh"') == page.count('class="en"') > 50
    assert "<b>&amp;" not in page.replace("&lt;b&gt;&amp;amp;", "")
    assert "<!--" not in page


def test_a_page_shows_the_figures_of_the_study(made: Study) -> None:
    page = render(made, lang="en", place=Path("agreement.html"))
    kappa = made.agreements[0].machine["kappa"]
    assert kappa.value is not None
    assert f"{kappa.value:.2f} (" in page
    counts = [int(found) for found in re.findall(r"--share:[\d.]+\"><span>(\d+)<", page)]
    assert sum(counts) == 48


def test_every_word_of_the_template_is_there() -> None:
    template = (PACKAGE / "templates/agreement.html").read_text(encoding="utf-8")
    found = set(re.findall(r'\bt\("(\w+)"', template))
    words = catalogue("zh")["agreement"]
    assert len(found) > 25
    for code in found:
        assert code in words or (code.endswith("_") and any(known.startswith(code) for known in words)), code


def test_no_requirement_fills_the_list_of_differences() -> None:
    take = Take("t", "t.wav", "t.wav", "0", "", {})
    many = [Difference(take, "clarity", 90.0, {"Li": 0.0}, 90.0)] * 40
    few = [Difference(take, "rate", 40.0, {"Li": 60.0}, -20.0)] * 3
    found = study_of(many + few)
    assert [one.requirement for one in listed(found)].count("rate") == 3
    assert [abs(one.points) for one in listed(found)] == sorted((abs(d.points) for d in listed(found)), reverse=True)


def study_of(differences: list[Difference]) -> Study:
    return Study(as_file([]), ("Li",), (), tuple(differences), (), (), "takes")


@pytest.fixture
def heard(tmp_path: Path) -> Difference:
    """A take of 20 s with its report: silence but for a tone from 10 to 12 s, which is the moment of its pace."""
    samples = np.zeros(20 * 16000)
    samples[10 * 16000 : 12 * 16000] = 0.5 * np.sin(np.arange(2 * 16000) * 0.3)
    soundfile.write(tmp_path / "call.wav", samples, 16000)
    sha256 = hashlib.sha256((tmp_path / "call.wav").read_bytes()).hexdigest()
    moment = {"start": 10.0, "end": 12.0, "words": {"zh": "这里", "en": "here"}}
    row = {"id": "speech_rate", "requirement": "rate", "weight": 0.8, "score": 10.0, "evidence": [moment]}
    report = dict.fromkeys(Report.__dataclass_fields__) | {
        "schema": SCHEMA, "voicecoach": "0", "criteria": [row],
        "recording": {"name": "call.wav", "sha256": sha256, "speaker": "mono"},
    }  # fmt: skip
    (tmp_path / "call.report.json").write_text(json.dumps(report), encoding="utf-8")
    (tmp_path / "call.report.html").write_text("", encoding="utf-8")
    scores = dict.fromkeys(REQUIREMENTS) | {"rate": 10.0}
    take = Take("t", "call.wav", "call.wav", sha256, "", scores, report=tmp_path / "call.report.html", folder=tmp_path)
    return Difference(take, "rate", 10.0, {"Li": 80.0}, -70.0)


def test_the_excerpt_is_the_moment_that_the_score_rests_on(heard: Difference) -> None:
    found = clip(heard)
    assert found is not None
    assert (found.start, found.end, found.words) == (8.5, 13.5, {"zh": "这里", "en": "here"})
    page = render(study_of([heard]), lang="en", place=heard.take.folder / "out/agreement.html", clips={0: found})
    assert 'src="data:audio/mpeg;base64,' in page
    assert 'href="../call.report.html"' in page


def test_another_recording_of_that_name_is_not_played(heard: Difference) -> None:
    with (heard.take.folder / "call.wav").open("ab") as file:
        file.write(b"more")
    assert clip(heard) is None
    (heard.take.folder / "call.wav").unlink()
    assert clip(heard) is None
    assert "<audio" not in render(study_of([heard]), lang="en", place=Path("agreement.html"))
