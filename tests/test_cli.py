"""The command as a person runs it: what it writes, what it says where, and with which exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import soundfile

from voicecoach import cli, manipulation
from voicecoach.report import wire
from voicecoach.rubric import load_rubric, source_text
from voicecoach.words import catalogue, say

SAMPLES = Path(__file__).parents[1] / "sample_audio"
SR = 16000
VALID = jsonschema.Draft202012Validator(wire.schema())

Samples = np.ndarray[Any, np.dtype[Any]]


Run = Callable[..., Any]


def speech(start: float, end: float, name: str = "on_target") -> Samples:
    """A part of a sample call, s."""
    first, last = round(start * SR), round(end * SR)
    return np.asarray(soundfile.read(SAMPLES / f"{name}.flac", start=first, stop=last, dtype="float32")[0])


def wav(path: Path, samples: Samples, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, SR, subtype=subtype, format="WAV")
    return path


def m4a(path: Path, samples: Samples) -> Path:
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=SR, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None, :].astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate = SR
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def data_of(path: Path) -> dict[str, Any]:
    """The report beside (or of) a path, held against the schema."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    VALID.validate(found)
    return found


def one_line(text: str) -> str:
    assert text.endswith("\n")
    assert text.count("\n") == 1, text
    assert text.startswith("voicecoach: ")
    return text


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 45 s of a call, graded once with its voice in the page."""
    folder = tmp_path_factory.mktemp("shared")
    wav(folder / "call.wav", speech(0, 45))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["voicecoach", "grade", str(folder / "call.wav"), "--lang", "en"])
        with pytest.raises(SystemExit) as stop:
            cli.main()
    assert not stop.value.code
    return folder


def html(folder: Path, stem: str = "call") -> str:
    return (folder / f"{stem}.report.html").read_text(encoding="utf-8")


# --------------------------------------------------------------------------------------------- what grading writes


def test_both_files_are_written_beside_the_call(shared: Path) -> None:
    assert names(shared) == ["call.report.html", "call.report.json", "call.wav"]
    report = data_of(shared / "call.report.json")
    assert report["recording"]["name"] == "call.wav"
    assert report["recording"]["duration_s"] == 45
    assert report["lang"] == "en"
    assert report["overall"]["score"] > 70
    assert report["overall"]["judged"] >= 5
    assert [r["id"] for r in report["requirements"]] == ["rate", "pause", "tone", "intonation", "loudness", "clarity"]
    assert report["recording"]["sha256"] in html(shared)
    assert "data:audio/mpeg" in html(shared)


def test_stdout_is_the_result_and_stderr_is_silent(run: Run, tmp_path: Path) -> None:
    ran = run("grade", wav(tmp_path / "call.wav", speech(0, 45)), "--no-audio")
    assert ran.code == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[-1] == str(tmp_path / "call.report.html")
    assert any(line.startswith("Overall ") and "of 6 judged" in line for line in lines)
    titles = [r.title.en for r in load_rubric().requirements]
    assert [title for title in titles if any(line.startswith(title) for line in lines)] == titles


def test_without_audio_the_page_holds_no_voice(run: Run, tmp_path: Path) -> None:
    assert run("grade", wav(tmp_path / "call.wav", speech(0, 3)), "--no-audio").code == 0
    assert "data:audio" not in html(tmp_path)
    assert say("page", "no_voice", "en") in html(tmp_path)


def test_the_same_call_is_graded_the_same_twice(run: Run, tmp_path: Path) -> None:
    call = wav(tmp_path / "call.wav", speech(0, 25))
    run("grade", call)
    first = (tmp_path / "call.report.json").read_bytes(), (tmp_path / "call.report.html").read_bytes()
    run("grade", call)
    assert ((tmp_path / "call.report.json").read_bytes(), (tmp_path / "call.report.html").read_bytes()) == first
    assert names(tmp_path) == ["call.report.html", "call.report.json", "call.wav"]


def test_two_calls_of_one_name_get_two_reports(run: Run, tmp_path: Path) -> None:
    one, two = wav(tmp_path / "call.wav", speech(0, 3)), m4a(tmp_path / "call.m4a", speech(0, 3))
    assert run("grade", one, two).code == 0
    assert data_of(tmp_path / "call.report.json")["recording"]["name"] == "call.wav"
    assert data_of(tmp_path / "call.m4a.report.json")["recording"]["name"] == "call.m4a"
    assert run("grade", two, one).code == 0
    assert data_of(tmp_path / "call.report.json")["recording"]["name"] == "call.wav"
    assert len(names(tmp_path)) == 6


def test_calls_of_one_name_from_two_folders_do_not_overwrite_each_other(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "new" / "reports"
    for folder, start in (("a", 0), ("b", 4)):
        (tmp_path / folder).mkdir()
        wav(tmp_path / folder / "call.wav", speech(start, start + 3))
    assert run("grade", tmp_path / "a/call.wav", tmp_path / "b/call.wav", "--out", out, "--no-audio").code == 0
    assert names(out) == [
        "call.report.html", "call.report.json", "call.wav.report.html", "call.wav.report.json",
    ]  # fmt: skip
    assert names(tmp_path / "a") == ["call.wav"]
    hashes = {data_of(out / f"{stem}.report.json")["recording"]["sha256"] for stem in ("call", "call.wav")}
    assert len(hashes) == 2


def test_a_new_take_replaces_the_report_of_the_old_one(run: Run, tmp_path: Path) -> None:
    run("grade", wav(tmp_path / "call.wav", speech(0, 3)), "--no-audio")
    old = data_of(tmp_path / "call.report.json")["recording"]["sha256"]
    run("grade", wav(tmp_path / "call.wav", speech(4, 7)), "--no-audio")
    new = data_of(tmp_path / "call.report.json")["recording"]["sha256"]
    assert new != old
    assert new in html(tmp_path)
    assert len(names(tmp_path)) == 3


def test_a_persons_own_files_are_never_replaced(run: Run, tmp_path: Path) -> None:
    call = wav(tmp_path / "call.wav", speech(0, 3))
    (tmp_path / "call.report.html").write_text("my own page")
    assert run("grade", call, "--no-audio").code == 0
    assert (tmp_path / "call.report.html").read_text() == "my own page"
    assert data_of(tmp_path / "call.wav.report.json")["recording"]["name"] == "call.wav"
    (tmp_path / "call.wav.report.json").write_text('{"my own": "data"}')
    assert run("grade", call, "--no-audio").code == 0
    sha256 = next(tmp_path.glob("call.wav.????????.report.json")).name.split(".")[2]
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / f"call.wav.{sha256}.report.html").write_text("mine, too")
    before[tmp_path / f"call.wav.{sha256}.report.html"] = b"mine, too"
    ran = run("grade", call, "--no-audio")
    assert ran.code == 2
    assert "never replaced" in one_line(ran.err)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_full_disk_leaves_the_old_report(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = wav(tmp_path / "call.wav", speech(0, 3))
    run("grade", call, "--no-audio")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = run("grade", call, "--no-audio")
    assert ran.code == 2
    assert "No space left on device" in one_line(ran.err)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_misuse(run: Run, tmp_path: Path) -> None:
    call = wav(tmp_path / "call.wav", speech(0, 3))
    for out in (call, call / "below"):
        ran = run("grade", call, "--out", out)
        assert ran.code == 2
        assert "cannot be written" in one_line(ran.err)
    assert names(tmp_path) == ["call.wav"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_misuse(run: Run, tmp_path: Path) -> None:
    call = wav(tmp_path / "call.wav", speech(0, 3))
    (tmp_path / "locked").mkdir(mode=0o500)
    ran = run("grade", call, "--out", tmp_path / "locked")
    assert ran.code == 2
    assert "cannot be written" in one_line(ran.err)


# ------------------------------------------------------------------------------------------------------ exit 2


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return wav(tmp_path / "call.wav", speech(0, 3))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.wav"], "none.wav: there is no such file"),
        (["call.wav", "none.wav"], "none.wav: there is no such file"),
        (["."], "this is a folder"),
        (["call.wav", "--speaker", "both"], "--speaker: found both, expected one of auto, left, right"),
        (["call.wav", "--lang", "fr"], "--lang"),
        (["call.wav", "--loud"], "No such option: --loud"),
        (["call.wav", "--out"], "--out"),
        ([], "Missing argument"),
        (["call.wav", "--rubric", "strict"], "strict: there is no such rubric. Expected one of etiquette"),
        (["call.wav", "--rubric", "bad.toml"], "bad.toml: row speech_rate, field weight: found 'much'"),
        (["call.wav", "--rubric", "call.wav"], "call.wav: the rubric is not UTF-8"),
        (["call.wav", "--baseline", "none.wav"], "none.wav: there is no such file"),
        (["call.wav", "--baseline", "."], "this is a folder"),
        (["two.wav"], "add --speaker left or --speaker right"),
        (["x" * 300 + ".wav"], "there is no such file"),
    ],
)
def test_misuse_writes_nothing_and_says_one_line(
    run: Run, call: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(call.parent)
    wav(call.with_name("two.wav"), np.stack([speech(0, 3), speech(10, 13)], axis=1))
    row = '[[criterion]]\nid = "speech_rate"\nweight = "much"\n'
    call.with_name("bad.toml").write_text(f'extends = "etiquette"\n{row}', encoding="utf-8")
    before = names(call.parent)
    ran = run("grade", *arguments, *(["--out", "made"] if arguments and arguments[-1] != "--out" else []))
    assert ran.code == 2
    assert ran.out == ""
    assert says in one_line(ran.err)
    assert names(call.parent) == before


def test_each_side_of_a_stereo_call_can_be_chosen(run: Run, tmp_path: Path) -> None:
    both = np.stack([speech(0, 3), speech(10, 13)], axis=1)
    both[:, 1] *= 0.5
    path = wav(tmp_path / "two.wav", both)
    levels = {}
    for side in ("left", "right"):
        assert run("grade", path, "--speaker", side, "--out", tmp_path / side).code == 0
        report = data_of(tmp_path / side / "two.report.json")
        assert report["recording"]["speaker"] == side
        assert report["recording"]["channels"] == 2
        levels[side] = report["recording"]["quality"]["active_level_db"]
    assert levels["left"] - levels["right"] == pytest.approx(6, abs=2.5)


# ------------------------------------------------------------------------------------------------------ exit 1


def unreadable(case: str, path: Path) -> str:
    """Write a file that is no recording; what the message says of it."""
    if case == "empty":
        path.write_bytes(b"")
        return "the file is empty"
    if case == "text":
        path.write_text("Dear customer, this is a letter and not a call.\n" * 50)
        return "no recording was found"
    if case == "picture":
        from matplotlib.image import imsave

        imsave(path, np.zeros((20, 20, 3)), format="jpg")
        return "Expected"
    if case == "not a number":
        samples = speech(0, 3).copy()
        samples[20000] = np.nan
        wav(path, samples, "FLOAT")
        return "not numbers (NaN or infinite) about"
    wav(path, speech(0, 0.2))
    return "0.20 s long. Expected at least 0.3 s"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("case", ["empty", "text", "picture", "not a number", "short"])
def test_what_cannot_be_read_writes_nothing_and_says_one_line(run: Run, tmp_path: Path, case: str, lang: str) -> None:
    path = tmp_path / "call.wav"
    says = unreadable(case, path)
    ran = run("grade", path, "--out", tmp_path / "made", "--lang", lang)
    assert ran.code == 1
    assert ran.out == ""
    line = one_line(ran.err)
    assert str(path) in line
    assert says in line if lang == "en" else any("一" <= c <= "鿿" for c in line)
    assert names(tmp_path) == ["call.wav"]


def test_one_bad_recording_leaves_the_others_graded(run: Run, call: Path) -> None:
    bad = call.with_name("bad.wav")
    bad.write_bytes(b"")
    ran = run("grade", bad, call, "--no-audio")
    assert ran.code == 1
    assert "bad.wav: the file is empty" in ran.err
    assert "Traceback" not in ran.err
    assert (call.parent / "call.report.json").exists()
    assert not (call.parent / "bad.report.json").exists()


# ----------------------------------------------------------------------------------- exit 0, but little to judge


def chords(seconds: float) -> Samples:
    """A chord every 0.6 s, as a struck string fades: hold music."""
    t = np.arange(round(0.9 * SR)) / SR
    out = np.zeros(round((seconds + 1) * SR))
    for k in range(int(seconds / 0.6)):
        root = (220.0, 196.0, 174.6, 261.6)[k % 4]
        partials = [(root * interval * h, h) for interval in (1, 1.26, 1.5) for h in range(1, 6)]
        strike = sum(np.sin(2 * np.pi * f * t) / h for f, h in partials) * np.exp(-3 * t) * np.minimum(1, t / 0.01)
        start = round(k * 0.6 * SR)
        out[start : start + len(strike)] += strike
    return 0.2 * out[: round(seconds * SR)] / np.abs(out).max()


def hum(seconds: float) -> Samples:
    t = np.arange(round(seconds * SR)) / SR
    return 0.2 * np.asarray(sum(np.sin(2 * np.pi * 50 * h * t) / h for h in (1, 2, 3, 5)))


NOT_SPEECH: dict[str, Callable[[], Samples]] = {
    "silence": lambda: np.zeros(10 * SR),
    "noise": lambda: 0.1 * np.random.default_rng(4).standard_normal(20 * SR),
    "hum": lambda: hum(20),
    "chords": lambda: chords(25),
}


@pytest.mark.parametrize("case", NOT_SPEECH)
def test_what_is_not_speech_gets_a_report_without_a_score(run: Run, tmp_path: Path, case: str) -> None:
    ran = run("grade", wav(tmp_path / "call.wav", NOT_SPEECH[case]()), "--no-audio")
    assert ran.code == 0
    assert "No speech was found" in one_line(ran.err)
    report = data_of(tmp_path / "call.report.json")
    assert report["overall"]["score"] is None
    assert report["overall"]["judged"] == 0
    assert report["overall"]["reason_code"] == "too_few_judged"
    assert report["recording"]["quality"]["verdict"] == "none"
    assert "no_speech" in report["recording"]["quality"]["codes"]
    assert report["segments"]["syllables"] == []
    assert [row["id"] for row in report["criteria"] if row["status"] == "scored"] == []
    for requirement in report["requirements"]:
        assert requirement["reason_code"] in ("no_speech", "no_voice", "too_little_voice")
        assert requirement["reason"] in ran.out
    for name in ("speech_rate", "f0_range", "active_level", "snr", "tone_index", "pause_length"):
        found = next(row for row in report["criteria"] if row["id"] == name)
        assert (found["status"], found["value"]) == ("not_measurable", None)
        assert found["reason_code"]
    assert report["summary"]["next"] is None
    assert "No overall score" in ran.out


def test_three_seconds_of_speech_show_values_and_score_nothing(run: Run, call: Path) -> None:
    ran = run("grade", call, "--no-audio")
    assert ran.code == 0
    assert "Only 0 of the six" in one_line(ran.err)
    report = data_of(call.with_name("call.report.json"))
    assert report["overall"]["score"] is None
    rate = next(row for row in report["criteria"] if row["id"] == "speech_rate")
    assert (rate["status"], rate["score"], rate["reason_code"]) == ("informative", None, "too_little_speech_s")
    assert 60 < rate["value"] < 300
    assert rate["words"]["advice"] is None
    assert "20 s needed" in rate["reason"]
    assert report["recording"]["quality"]["verdict"] == "good"


def test_speech_clipped_to_squares_is_not_judged_as_a_whole(run: Run, tmp_path: Path) -> None:
    squares = np.where(speech(0, 40) >= 0, 0.9, -0.9)
    ran = run("grade", wav(tmp_path / "call.wav", squares), "--no-audio")
    assert ran.code == 0
    assert "clipped" in one_line(ran.err)
    report = data_of(tmp_path / "call.report.json")
    assert report["recording"]["quality"]["verdict"] == "poor"
    assert report["recording"]["quality"]["clipped_share"] > 0.9
    assert report["overall"]["score"] is None
    for name in ("rate", "pause", "tone", "intonation"):
        found = next(r for r in report["requirements"] if r["id"] == name)
        assert found["score"] is None
        assert found["reason"]
    assert next(r for r in report["requirements"] if r["id"] == "loudness")["score"] < 20


def test_speech_that_noise_drowns_is_not_judged_as_a_whole(run: Run, tmp_path: Path) -> None:
    """A rushed call under louder noise: most syllables are lost, and what is left would pass for an easy pace."""
    noisy, _ = manipulation.apply("add_noise:-5:pink", speech(0, 30, "rushed"), SR)
    ran = run("grade", wav(tmp_path / "call.wav", noisy / np.abs(noisy).max()), "--no-audio")
    assert ran.code == 0
    assert "noise" in one_line(ran.err)
    report = data_of(tmp_path / "call.report.json")
    assert report["overall"]["score"] is None
    assert report["requirements"][0]["score"] is None


def test_a_cut_file_is_judged_up_to_the_cut(run: Run, tmp_path: Path) -> None:
    path = wav(tmp_path / "call.wav", speech(0, 50))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    ran = run("grade", path, "--no-audio")
    assert ran.code == 0
    assert "cut off" in one_line(ran.err)
    report = data_of(tmp_path / "call.report.json")
    assert report["recording"]["truncated"]
    assert report["recording"]["duration_s"] == pytest.approx(25, abs=0.1)
    assert "truncated" in report["recording"]["quality"]["codes"]
    assert next(r for r in report["requirements"] if r["id"] == "rate")["status"] == "scored"


# -------------------------------------------------------------------------------------------- names and terminals

WILD_NAMES = [
    "通话 1.wav", "客户🙂回访.WAV", "C:\\calls\\call 2.wav", "no extension", ".hidden.wav", "a.report.json.wav",
    "quote'\"&<b>[red]x[bold]:smile:.wav", "--flag.wav", "line\nbreak.wav", "percent%s{value}.wav", "x" * 200 + ".wav",
]  # fmt: skip


def test_names_of_every_kind_can_be_graded(run: Run, tmp_path: Path) -> None:
    samples = speech(0, 1)
    for name in WILD_NAMES:
        wav(tmp_path / name, samples)
    ran = run("grade", "--no-audio", "--", *(tmp_path / name for name in WILD_NAMES))
    assert ran.code == 0
    assert len(ran.err.splitlines()) == len(WILD_NAMES)
    for name in WILD_NAMES:
        report = data_of(tmp_path / f"{Path(name).stem}.report.json")
        assert report["recording"]["name"] == name.replace("\n", "?")
        assert f"{tmp_path / Path(name).stem}.report.html" in ran.out


def test_a_name_too_long_for_a_report_is_told(run: Run, tmp_path: Path) -> None:
    path = wav(tmp_path / ("x" * 250 + ".wav"), speech(0, 1))
    ran = run("grade", path, "--no-audio")
    assert ran.code == 2
    assert "cannot be written" in one_line(ran.err)
    assert names(tmp_path) == [path.name]


TERMINALS = {
    "c": {"LC_ALL": "C"},
    "c without help": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "gbk": {"LC_ALL": "zh_CN.GBK", "PYTHONIOENCODING": "gbk"},
    "ascii": {"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "ascii"},
}


@pytest.mark.parametrize("terminal", TERMINALS)
def test_every_terminal_gets_its_result(tmp_path: Path, terminal: str) -> None:
    path = wav(tmp_path / "通话🙂 1.wav", speech(0, 3))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONIO"))}
    done = subprocess.run(
        [sys.executable, "-m", "voicecoach", "grade", "--no-audio", os.fspath(path)],
        env=clean | TERMINALS[terminal], capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert names(tmp_path) == ["通话🙂 1.report.html", "通话🙂 1.report.json", "通话🙂 1.wav"]
    lang = "en" if terminal.startswith("c") else "zh"
    assert data_of(tmp_path / "通话🙂 1.report.json")["lang"] == lang
    if terminal == "gbk":
        assert "语速" in done.stdout.decode("gbk")
        assert "总分" in done.stderr.decode("gbk")
    if lang == "en":
        assert b"Speech rate" in done.stdout
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("option", "locale", "lang"),
    [([], "zh_CN.UTF-8", "zh"), ([], "en_US.UTF-8", "en"), ([], "de_DE", "en"), (["--lang", "zh"], "en_US", "zh"),
     (["--lang", "en"], "zh_CN", "en")],
)  # fmt: skip
def test_the_language_is_the_locales_unless_asked(
    run: Run, call: Path, monkeypatch: pytest.MonkeyPatch, option: list[str], locale: str, lang: str
) -> None:
    monkeypatch.setenv("LANG", locale)
    ran = run("grade", call, "--no-audio", *option)
    report = data_of(call.with_name("call.report.json"))
    assert report["lang"] == lang
    assert report["overall"]["reason"] == report["overall"]["words"]["reason"][lang]
    title = report["requirements"][0]["words"]["title"][lang]
    assert title in ran.out
    assert f'data-lang="{lang}"' in html(call.parent)
    assert report["overall"]["reason"] in ran.err


def test_a_long_work_shows_a_bar_on_a_terminal_only(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals to run the command on")
    path = wav(tmp_path / "call.wav", speech(0, 30))
    leader, follower = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "voicecoach", "grade", str(path), "--lang", "en"],
        stdout=subprocess.DEVNULL, stderr=follower,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(follower)
    seen = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        seen += part
    os.close(leader)
    assert running.wait() == 0
    assert b"call.wav" in seen
    assert any(stage.encode() in seen for stage in catalogue("en")["stages"].values())


# --------------------------------------------------------------------------------------------- baseline and rubric


def test_a_baseline_makes_the_smile_measurable(run: Run, tmp_path: Path) -> None:
    smiling = wav(tmp_path / "call.wav", speech(0, 30, "smiling"))
    neutral = wav(tmp_path / "平常.wav", speech(0, 40, "neutral_baseline"))
    ran = run("grade", smiling, "--baseline", neutral, "--no-audio")
    assert ran.code == 0
    report = data_of(tmp_path / "call.report.json")
    assert report["baseline"]["name"] == "平常.wav"
    assert report["baseline"]["speech_s"] > 25
    shift = next(row for row in report["criteria"] if row["id"] == "smile_shift")
    assert shift["status"] == "scored"
    assert shift["value"] > 2
    assert "平常.wav" in html(tmp_path)
    assert report["baseline"]["made"] in html(tmp_path)
    assert (report["baseline"]["age_days"], report["baseline"]["codes"]) == (0, [])
    assert "Compared with your own voice: 平常.wav" in ran.out


def test_a_baseline_of_somebody_else_is_noticed(run: Run, tmp_path: Path) -> None:
    call = wav(tmp_path / "call.wav", speech(0, 20, "monotone"))
    neutral = wav(tmp_path / "neutral.wav", speech(0, 20, "neutral_baseline"))
    ran = run("grade", call, "--baseline", neutral, "--no-audio")
    assert data_of(tmp_path / "call.report.json")["baseline"]["codes"] == ["baseline_person"]
    assert "may be of another person" in ran.err
    assert "may be of another person" in html(tmp_path)
    assert "可能是别人的" in html(tmp_path)


def test_without_a_baseline_the_report_says_how_to_record_one(shared: Path) -> None:
    shift = next(row for row in data_of(shared / "call.report.json")["criteria"] if row["id"] == "smile_shift")
    assert (shift["status"], shift["value"], shift["reason_code"]) == ("not_measurable", None, "no_baseline")
    assert "--baseline" in shift["reason"]


def test_a_baseline_without_enough_speech_is_refused(run: Run, call: Path) -> None:
    empty = wav(call.with_name("neutral.wav"), np.zeros(5 * SR))
    ran = run("grade", call, "--baseline", empty, "--no-audio")
    assert ran.code == 1
    assert "neutral.wav" in one_line(ran.err)
    assert names(call.parent) == ["call.wav", "neutral.wav"]


def test_the_rubric_decides(run: Run, tmp_path: Path) -> None:
    """The same call is on target for the slow pace and below it for the everyday one."""
    path = wav(tmp_path / "call.wav", speech(0, 30))
    own = tmp_path / "ours.toml"
    own.write_text(
        'extends = "etiquette"\nname = "ours"\n[[criterion]]\nid = "speech_rate"\ncurve = [[300, 0], [400, 100]]\n',
        encoding="utf-8",
    )
    scores, hashes = [], set()
    for rubric in ("etiquette", "contemporary", str(own)):
        assert run("grade", path, "--rubric", rubric, "--no-audio").code == 0
        report = data_of(tmp_path / "call.report.json")
        scores.append(next(row["score"] for row in report["criteria"] if row["id"] == "speech_rate"))
        hashes.add(report["rubric"]["sha256"])
    assert scores[0] > 90
    assert scores[1] < 70
    assert scores[2] == 0
    assert report["rubric"]["name"] == "ours"
    assert len(hashes) == 3


def test_rubrics_are_listed_shown_and_checked(run: Run, tmp_path: Path) -> None:
    listed = run("rubric", "list")
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == ["etiquette", "contemporary"]
    assert "电话礼仪" in run("rubric", "list", "--lang", "zh").out
    shown = run("rubric", "show", "contemporary")
    assert shown.out == source_text("contemporary")
    copy = tmp_path / "ours.toml"
    copy.write_text(shown.out, encoding="utf-8")
    checked = run("rubric", "check", copy)
    assert (checked.code, checked.err) == (0, "")
    assert "contemporary" in checked.out
    copy.write_text(shown.out.replace('basis = "published"', 'basis = "rumour"'), encoding="utf-8")
    wrong = run("rubric", "check", copy)
    assert (wrong.code, wrong.out) == (2, "")
    line = one_line(wrong.err)
    assert all(part in line for part in (str(copy), "speech_rate", "basis", "'rumour'", "documents"))
    assert "one_line" not in run("rubric", "show", "nothing").err
    assert run("rubric", "show", "nothing").code == 2


# --------------------------------------------------------------------------------------------------------- explain


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_criterion_is_explained(run: Run, lang: str) -> None:
    index = run("explain", "--lang", lang)
    assert index.code == 0
    for row in load_rubric().criteria:
        assert f"  {row.id} " in index.out
        ran = run("explain", row.id, "--lang", lang)
        assert ran.code == 0, ran.err
        assert ran.err == ""
        words = {part: say("explain", part, lang) for part in ("requirement", "source", "measure", "formula", "curve")}
        for part in (row.id, row.source, getattr(row.statement, lang), getattr(row.known_error, lang), *words.values()):
            assert part in ran.out, (row.id, part)
        if row.curve:
            assert f"{row.curve[0][0]:g}→{row.curve[0][1]:g}" in ran.out


def test_the_chain_of_the_speech_rate(run: Run) -> None:
    out = run("explain", "speech_rate").out
    for part in ("电话礼仪篇", "documents", "measures.rate.speech_rate", "120–150", "dead_air_s = 3", "speech_s >= 20"):
        assert part in out
    assert "syllables >= 60" in run("explain", "pause_length").out  # of the requirement, not of the row
    assert "≤ 50" in run("explain", "longest_run").out
    assert "180–240" in run("explain", "speech_rate", "--rubric", "contemporary").out


def test_it_is_explained_which_row_stands_in_for_which(run: Run) -> None:
    out = run("explain", "contrast_from_own", "--lang", "en").out
    assert "Scored instead of: articulation_contrast" in out
    out = run("explain", "articulation_contrast", "--lang", "en").out
    assert "With a baseline: shown, not scored, wherever contrast_from_own can be scored instead" in out
    assert 'instead_of = "articulation_contrast"' in run("rubric", "show").out


def test_an_unknown_criterion_names_the_known_ones(run: Run) -> None:
    ran = run("explain", "speed")
    assert ran.code == 2
    assert "speech_rate" in one_line(ran.err)


# ---------------------------------------------------------------------------------------------------------- render


@pytest.fixture
def rendered(shared: Path, tmp_path: Path) -> Path:
    """A folder with the data of the graded call and no page."""
    (tmp_path / "call.report.json").write_bytes((shared / "call.report.json").read_bytes())
    return tmp_path


def test_a_page_is_made_again_from_the_data(run: Run, shared: Path, rendered: Path) -> None:
    report = rendered / "call.report.json"
    ran = run("render", report)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{rendered / 'call.report.html'}\n"
    assert "data:audio" not in html(rendered)
    assert run("render", report, "--audio", shared / "call.wav").code == 0
    assert html(rendered) == html(shared)
    assert report.read_bytes() == (shared / "call.report.json").read_bytes()
    assert run("render", report, "--lang", "zh").code == 0
    assert 'data-lang="zh"' in html(rendered)


def test_another_recording_is_not_put_into_a_page(run: Run, rendered: Path) -> None:
    other = wav(rendered / "other.wav", speech(4, 8))
    ran = run("render", rendered / "call.report.json", "--audio", other)
    assert ran.code == 2
    assert "not the recording the report is about" in one_line(ran.err)
    assert names(rendered) == ["call.report.json", "other.wav"]


def test_a_page_that_is_not_this_reports_is_not_replaced(run: Run, rendered: Path) -> None:
    own = rendered / "call.report.html"
    for text in ("mine", f'<meta name="voicecoach-recording" content="{"0" * 64}">'):
        own.write_text(text)
        ran = run("render", rendered / "call.report.json")
        assert ran.code == 2
        assert "never replaced" in one_line(ran.err)
        assert own.read_text() == text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.json"], "there is no such report"),
        (["notes.json"], "this is not a report"),
        (["newer.json"], "schema 2"),
        (["call.report.json", "--audio", "none.wav"], "there is no such file"),
        (["call.report.json", "--lang", "fr"], "--lang"),
        ([], "Missing argument"),
    ],
)
def test_rendering_something_else_is_misuse(
    run: Run, rendered: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(rendered)
    (rendered / "notes.json").write_text("{}")
    data = json.loads((rendered / "call.report.json").read_text(encoding="utf-8"))
    (rendered / "newer.json").write_text(json.dumps(data | {"schema": 2}))
    before = names(rendered)
    ran = run("render", *arguments)
    assert ran.code == 2
    assert says in one_line(ran.err)
    assert names(rendered) == before


def test_help_and_version(run: Run) -> None:
    from voicecoach import __version__

    assert run("--version").out == f"voicecoach {__version__}\n"
    for arguments in ([], ["rubric"]):
        ran = run(*arguments)
        assert ran.code == 2
        assert "Usage" in ran.out + ran.err
    for arguments in (["--help"], ["grade", "--help"], ["rubric", "check", "--help"]):
        assert run(*arguments).code == 0


def test_one_stereo_call_without_a_choice_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    ran = run("grade", SAMPLES / "two_sided.flac", SAMPLES / "rushed.flac", "--out", tmp_path, "--no-audio")
    assert ran.code == 2
    assert "--speaker" in one_line(ran.err)
    assert names(tmp_path) == ["rushed.report.html", "rushed.report.json"]
