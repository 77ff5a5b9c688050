"""A right rubric loads and can be told from another; a wrong one is refused with file, row, field and expectation."""

import re
from pathlib import Path

import pytest

from voicecoach.errors import RubricError
from voicecoach.rubric import Rubric, load_rubric, profiles, source_text

SHIPPED = source_text("etiquette")
ROW = """
[[criterion]]
id = "speech_rate"
"""


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def swapped(was: str, now: str) -> str:
    assert was in SHIPPED
    return SHIPPED.replace(was, now, 1)


def own_row(name: str, field: str, value: str) -> str:
    return f'extends = "etiquette"\n[[criterion]]\nid = "{name}"\n{field} = {value}\n'


SPEECH_RATE = SHIPPED[SHIPPED.index('id = "speech_rate"') :]
SPEECH_RATE = SPEECH_RATE[: SPEECH_RATE.index("[[criterion]]")]
RATE = SHIPPED[SHIPPED.index("[[requirement]]") :]
RATE = "[[requirement]]" + RATE.split("[[requirement]]")[1]

# what is wrong, the file, and what the message names: row, field, and a part of what was expected
WRONG = {
    "curve order": (own_row("speech_rate", "curve", "[[70, 0], [60, 100]]"), "speech_rate", "curve", "increase"),
    "curve twice": (own_row("speech_rate", "curve", "[[70, 0], [70, 100]]"), "speech_rate", "curve", "increase"),
    "curve of one": (own_row("speech_rate", "curve", "[[70, 0]]"), "speech_rate", "curve", "at least 2"),
    "curve triple": (own_row("speech_rate", "curve", "[[1, 0, 5], [2, 1]]"), "speech_rate", "curve.0", "at most 2"),
    "curve flat": (own_row("speech_rate", "curve", "[70, 100]"), "speech_rate", "curve.0", "pair"),
    "curve score": (own_row("speech_rate", "curve", "[[70, 0], [80, 101]]"), "speech_rate", "curve.1.1", "at most 100"),
    "curve nan": (own_row("speech_rate", "curve", "[[nan, 0], [80, 100]]"), "speech_rate", "curve.0.0", "finite"),
    "curve inf": (own_row("speech_rate", "curve", "[[1, 0], [inf, 100]]"), "speech_rate", "curve.1.0", "finite"),
    "number as text": (own_row("speech_rate", "weight", '"0.5"'), "speech_rate", "weight", "a number"),
    "number as truth": (own_row("speech_rate", "weight", "true"), "speech_rate", "weight", "a number"),
    "negative weight": (own_row("speech_rate", "weight", "-1"), "speech_rate", "weight", "at least 0"),
    "text as number": (own_row("speech_rate", "source", "5"), "speech_rate", "source", "text in quotes"),
    "empty source": (own_row("speech_rate", "source", '""'), "speech_rate", "source", "some text"),
    "a text as table": (own_row("speech_rate", "title", '"Rate"'), "speech_rate", "title", "a table"),
    "one language": (own_row("speech_rate", "title", '{ zh = "语速" }'), "speech_rate", "title.en", "a value here"),
    "unknown field": (own_row("speech_rate", "wieght", "1"), "speech_rate", "wieght", "no such field"),
    "unknown need": (own_row("speech_rate", "needs", "{ speach_s = 3 }"), "speech_rate", "needs", "speech_s"),
    "unknown basis": (own_row("speech_rate", "basis", '"guess"'), "speech_rate", "basis", "documents"),
    "unknown unit": (own_row("speech_rate", "unit", '"furlong"'), "speech_rate", "unit", "syl/min"),
    "unknown measure": (own_row("speech_rate", "measure", '"rate:nothing"'), "speech_rate", "measure", "measures"),
    "unknown module": (own_row("speech_rate", "measure", '"nothing:rate"'), "speech_rate", "measure", "measures"),
    "measure form": (own_row("speech_rate", "measure", '"speech_rate"'), "speech_rate", "measure", "form"),
    "unknown requirement": (own_row("speech_rate", "requirement", '"speed"'), "speech_rate", "requirement", "rate"),
    "advice key": (own_row("speech_rate", "advice", '{ hihg = { zh = "慢", en = "slow" } }'), "speech_rate",
                   "advice.hihg", "low, high"),
    "brace open": (own_row("speech_rate", "heard", '{ zh = "{value", en = "a" }'), "speech_rate", "heard.zh", "braces"),
    "brace format": (own_row("speech_rate", "heard", '{ zh = "a", en = "{value:.1q}" }'), "speech_rate", "heard.en",
                     "braces"),
    "no limit to fill": (own_row("snr", "heard", '{ zh = "a", en = "{high:.1f}" }'), "snr", "heard.en", "braces"),
    "move direction": (own_row("speech_rate", "moves", '{ by = "gain:1", direction = "left", at_least = 1 }'),
                       "speech_rate", "moves.direction", "up"),
    "new row without id": ('extends = "etiquette"\n[[criterion]]\ntitle = { zh = "甲", en = "a" }\n', "[[criterion]] ",
                           "id", "a value here"),
    "id form": (swapped('id = "pause_share"', 'id = "Pause share"'), "Pause share", "id", "form"),
    "id twice": (f"{SHIPPED}\n[[criterion]]\n{SPEECH_RATE}", "speech_rate", "id", "no other row"),
    "own id twice": (own_row("snr", "weight", "0.2") + own_row("snr", "weight", "0.3").split("\n", 1)[1], "snr", "id",
                     "no other row"),
    "missing source": (SHIPPED.replace(SPEECH_RATE, re.sub(r"(?m)^source = .*\n", "", SPEECH_RATE)), "speech_rate",
                       "source", "a value here"),
    "lead of another": (swapped('lead = "speech_rate"', 'lead = "snr"'), "rate", "lead", "speech_rate"),
    "lead unknown": (swapped('lead = "speech_rate"', 'lead = "none"'), "rate", "lead", "speech_rate"),
    "weight without curve": (own_row("articulation_rate", "weight", "0.1"), "articulation_rate", "curve", "a curve"),
    "stands in for nothing": (own_row("contrast_from_own", "instead_of", '"articulation"'), "contrast_from_own",
                              "instead_of", "articulation_contrast"),
    "stands in for itself": (own_row("contrast_from_own", "instead_of", '"contrast_from_own"'), "contrast_from_own",
                             "instead_of", "another row"),
    "stands in elsewhere": (own_row("contrast_from_own", "instead_of", '"active_level"'), "contrast_from_own",
                            "instead_of", "articulation_contrast"),
    "stands in by turns": (own_row("clarity_noise", "instead_of", '"contrast_from_own"'), "clarity_noise",
                           "instead_of", "stands in for none"),
    "stands in along": (own_row("articulation_contrast", "instead_of", '"clarity_noise"'), "articulation_contrast",
                        "instead_of", "for which no other row stands in"),
    "stand in twice": (own_row("swallowed_endings", "instead_of", '"articulation_contrast"'), "swallowed_endings",
                       "instead_of", "for which no other row stands in"),
    "stands in without a voice": (own_row("contrast_from_own", "needs", "{ syllables = 60 }"), "contrast_from_own",
                                  "instead_of", "baseline_s"),
    "requirement gone": (SHIPPED.replace(RATE, ""), "-", "requirements", "at least 6"),
    "requirement order": (swapped('id = "rate"', 'id = "pause"').replace('id = "pause"\ntitle = { zh = "停顿"',
                                  'id = "rate"\ntitle = { zh = "停顿"'), "-", "requirement", "in this order"),
    "seventh requirement": (SHIPPED + SHIPPED[SHIPPED.index("[[requirement]]") : SHIPPED.index("[[criterion]]")],
                            "-", "requirements", "at most 6"),
    "nothing weighs": ('extends = "etiquette"\n' + "".join(f'[[requirement]]\nid = "{r}"\nweight = 0\n'
                       for r in ("rate", "pause", "tone", "loudness")), "loudness", "weight", "at most 3"),
    "top field": ('extends = "etiquette"\ncolour = "red"\n', "-", "colour", "no such field"),
    "bands order": ('extends = "etiquette"\nbands = { on_target = 60, close = 80 }\n', "-", "bands.close", "less than"),
    "judged half": ('extends = "etiquette"\nmin_judged = 3.5\n', "-", "min_judged", "a whole number"),
    "judged many": ('extends = "etiquette"\nmin_judged = 7\n', "-", "min_judged", "at most 6"),
    "rows as number": ('extends = "etiquette"\ncriterion = 3\n', "-", "criterion", "[[criterion]]"),
    "rows as table": ('extends = "etiquette"\n[criterion]\nid = "snr"\n', "-", "criterion", "[[criterion]]"),
    "rows of text": ('criterion = ["snr"]\n', "-", "criterion", "[[criterion]]"),
    "id as list": ('extends = "etiquette"\n[[criterion]]\nid = ["snr"]\n', "['snr']", "id", "text in quotes"),
    "empty": ("", "-", "name", "a value here"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_by_row_field_and_expectation(tmp_path: Path, case: str) -> None:
    text, row, field, expected = WRONG[case]
    path = written(tmp_path, text)
    with pytest.raises(RubricError) as refusal:
        load_rubric(path)
    error = refusal.value
    assert error.exit_code == 2
    assert error.code == "rubric_field"
    assert error.facts["path"] == str(path)
    assert str(error.facts["row"]).startswith(row)
    assert str(error.facts["field"]).startswith(field)
    assert expected in str(error.facts["expected_en"])
    for lang in ("zh", "en"):
        said = error.text(lang)
        assert said.startswith(str(path))
        assert "\n" not in said
        assert "Value error" not in said
    assert re.search(r"[一-鿿]", str(error.facts["expected_zh"])), "the words of this fault are not in Chinese"


def test_what_is_no_rubric_at_all_is_refused(tmp_path: Path) -> None:
    cases = {
        "rubric_not_toml": b"name = \n",
        "rubric_not_utf8": "name = '标准'".encode("gbk"),
        "rubric_extends": b'extends = "other"\n',
    }
    for code, content in cases.items():
        path = tmp_path / f"{code}.toml"
        path.write_bytes(content)
        with pytest.raises(RubricError) as refusal:
            load_rubric(path)
        assert refusal.value.code == code
        assert str(path) in str(refusal.value)
    for absent in ("nothing", str(tmp_path), str(tmp_path / "none.toml"), "x" * 300, "a\0b"):
        with pytest.raises(RubricError) as refusal:
            load_rubric(absent)
        assert refusal.value.code == "rubric_missing"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SHIPPED.encode())
    assert load_rubric(path).sha256 == load_rubric("etiquette").sha256


def test_contemporary_is_etiquette_but_for_the_speech_rate() -> None:
    usual, slow = load_rubric("contemporary"), load_rubric("etiquette")
    assert usual.requirements == slow.requirements
    assert usual.bands == slow.bands
    assert usual.min_judged == slow.min_judged
    differ = [a.id for a, b in zip(usual.criteria, slow.criteria, strict=True) if a != b]
    assert differ == ["speech_rate"]
    a, b = (rubric.criterion("speech_rate") for rubric in (usual, slow))
    assert a is not None
    assert b is not None
    assert a.measure == b.measure
    assert (a.weight, a.needs, a.unit) == (b.weight, b.needs, b.unit)
    assert a.curve == [(110, 0), (145, 50), (180, 100), (240, 100), (275, 50), (310, 0)]
    assert b.curve == [(70, 0), (95, 50), (120, 100), (150, 100), (185, 50), (220, 0)]


def test_the_hash_is_of_the_content_and_not_of_the_layout(tmp_path: Path) -> None:
    shipped = load_rubric("etiquette").sha256
    loose = SHIPPED.replace("\nweight = 0.8\n", "\n\n# mine\nweight   =   0.80\n").replace("[[120, ", "[[ 120.0, ")
    crlf = SHIPPED.replace("\n", "\r\n").encode()
    assert load_rubric(written(tmp_path, loose)).sha256 == shipped
    (tmp_path / "crlf.toml").write_bytes(crlf)
    assert load_rubric(tmp_path / "crlf.toml").sha256 == shipped
    other = load_rubric(written(tmp_path, swapped("\nweight = 0.8\n", "\nweight = 0.81\n")))
    assert other.sha256 != shipped
    assert load_rubric("contemporary").sha256 != shipped


@pytest.mark.parametrize("name", profiles())
def test_a_trainers_copy_can_be_edited(tmp_path: Path, name: str) -> None:
    copy = source_text(name).replace(f'name = "{name}"', 'name = "ours"').replace("100], [150", "100], [155")
    rubric = load_rubric(written(tmp_path, copy))
    assert rubric.name == "ours"
    assert rubric.model_dump(exclude={"name", "sha256", "criteria"}) == load_rubric(name).model_dump(
        exclude={"name", "sha256", "criteria"}
    )


def test_a_short_file_changes_and_adds_rows(tmp_path: Path) -> None:
    text = own_row("speech_rate", "weight", "0.5") + ROW.replace("speech_rate", "slow_talk") + "".join(
        line + "\n" for line in SPEECH_RATE.split("[criterion.advice]")[0].splitlines()[1:]
    )  # fmt: skip
    rubric, shipped = load_rubric(written(tmp_path, text)), load_rubric("etiquette")
    assert [row.id for row in rubric.criteria] == [row.id for row in shipped.criteria] + ["slow_talk"]
    changed, was, new = rubric.criterion("speech_rate"), shipped.criterion("speech_rate"), rubric.criterion("slow_talk")
    assert changed is not None
    assert was is not None
    assert new is not None
    assert changed == was.model_copy(update={"weight": 0.5})
    assert new.measure == was.measure


def test_bands_are_reached_from_their_limit_on() -> None:
    rubric = load_rubric()
    assert [rubric.band(score) for score in (100, 80, 79.99, 60, 59.99, 0)] == [
        "on_target", "on_target", "close", "close", "practise", "practise",
    ]  # fmt: skip


@pytest.mark.parametrize("name", profiles())
def test_every_row_cites_a_source_and_says_how_wrong_it_may_be(name: str) -> None:
    rubric: Rubric = load_rubric(name)
    for row in rubric.criteria:
        assert len(row.source) > 4
        assert row.known_error.zh
        assert row.known_error.en
        if row.curve and row.weight:
            assert row.advice, f"{row.id} is scored and gives no advice"
    assert {row.requirement for row in rubric.criteria if row.weight} == {r.id for r in rubric.requirements}
    for requirement in rubric.requirements:
        assert sum(row.weight for row in rubric.rows(requirement.id)) > 0


def test_the_rubric_names_what_the_report_promises() -> None:
    promised = {
        "speech_rate": "syl/min", "articulation_rate": "syl/min", "pause_length": "s", "f0_range": "st",
        "sentences_per_pause": "sentences", "active_level": "dB", "snr": "dB", "smile_shift": "%", "tone_index": "z",
    }  # fmt: skip
    units = {row.id: row.unit for row in load_rubric().criteria}
    assert promised.items() <= units.items()
