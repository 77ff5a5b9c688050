"""Segments to Praat and CSV and back, corrected or not."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

import voicecoach as vc
from voicecoach.cli import app

pytest.importorskip("praatio")
SAMPLES = Path(__file__).parents[1] / "sample_audio"
KNOWN = vc.Segments(
    ipus=(vc.Span(0.5, 2.0), vc.Span(2.75, 4.0)),
    pauses=(vc.Span(2.0, 2.75),),
    sentences=(vc.Span(0.5, 4.0),),
    syllables=np.array([0.6, 1.2, 3.0]),
    duration=5.0,
)
# As Praat writes it, with a tier of notes, a blank interval with a space, and whole syllables as intervals
BY_HAND = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 3
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "ipus"
        xmin = 0
        xmax = 3
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 1.25
            text = "喂，您好"
        intervals [2]:
            xmin = 1.25
            xmax = 2
            text = ""
        intervals [3]:
            xmin = 2
            xmax = 3
            text = "再见"
    item [2]:
        class = "IntervalTier"
        name = "syllables"
        xmin = 0
        xmax = 3
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = "喂"
        intervals [2]:
            xmin = 0.5
            xmax = 3
            text = ""
    item [3]:
        class = "IntervalTier"
        name = "notes"
        xmin = 0
        xmax = 3
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 3
            text = "a cough"
"""


def same(a: vc.Segments, b: vc.Segments) -> None:
    assert list(a.tiers()) == list(b.tiers())
    for name, spans in a.tiers().items():
        np.testing.assert_allclose(spans, b.tiers()[name], atol=1e-4)
    assert a.duration == pytest.approx(b.duration, abs=1e-4)


@pytest.mark.parametrize("name", ["call.TextGrid", "call.csv"])
def test_what_is_written_is_read(name: str, tmp_path: Path) -> None:
    same(vc.read_segments(KNOWN.save(tmp_path / name)), KNOWN)


@pytest.mark.parametrize("name", ["call.TextGrid", "call.csv"])
def test_segments_of_a_call_survive_the_round(name: str, tmp_path: Path) -> None:
    call = vc.load(SAMPLES / "on_target.flac")
    tracks = vc.tracks(vc.from_array(call.samples[: 20 * call.sr], call.sr))
    found = vc.segments(tracks)
    assert found.ipus == tracks.ipus
    assert found.sentences == tracks.sentences
    assert found.pauses is not None
    assert all(pause.duration >= tracks.settings.pause_min_s for pause in found.pauses)
    same(vc.read_segments(found.save(tmp_path / name)), found)


def test_praat_itself_reads_the_file(tmp_path: Path) -> None:
    import parselmouth
    from parselmouth.praat import call

    grid = parselmouth.read(str(KNOWN.save(tmp_path / "call.TextGrid")))
    names = [call(grid, "Get tier name", tier) for tier in range(1, int(call(grid, "Get number of tiers")) + 1)]
    assert names == ["ipus", "pauses", "sentences", "syllables"]
    assert call(grid, "Get label of interval", 1, 2) == "speech"
    assert call(grid, "Get number of points", 4) == 3


def test_a_grid_corrected_by_hand_is_read(tmp_path: Path) -> None:
    file = tmp_path / "call.TextGrid"
    file.write_text(BY_HAND, encoding="utf-16")
    found = vc.read_segments(file)
    assert found.ipus == (vc.Span(0, 1.25), vc.Span(2, 3))
    assert found.syllables is not None
    assert found.syllables.tolist() == [0.25]
    assert (found.pauses, found.sentences, found.duration) == (None, None, 3.0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("call.TextGrid", "no grid"),
        ("call.TextGrid", BY_HAND.replace('"ipus"', '"words"').replace('"syllables"', '"sounds"')),
        ("call.TextGrid", BY_HAND.replace("xmax = 1.25", "xmax = twelve")),
        ("call.csv", "tier,start_s,end_s,label\nipus,0,1,\nipus,0.5,2,\n"),
        ("call.csv", "tier,start_s,end_s,label\nipus,3,2,\n"),
        ("call.csv", "tier,start_s,end_s,label\nipus,nan,2,\n"),
        ("call.csv", "tier,start,end\nipus,3,2\n"),
        ("call.csv", ""),
    ],
)
def test_what_cannot_be_read_says_so(name: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(vc.UsageError, match=f"{name}: no segments"):
        vc.read_segments(file)


def test_names_and_folders_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(vc.UsageError, match=r"TextGrid or \.csv"):
        KNOWN.save(tmp_path / "call.eaf")
    for name in ("a.csv", "a.TextGrid"):
        with pytest.raises(vc.UsageError, match="no such file"):
            vc.read_segments(tmp_path / name)
        with pytest.raises(vc.UsageError, match="cannot be written"):
            KNOWN.save(tmp_path / "nowhere" / name)


def test_the_command_writes_a_file_a_call_and_never_over_one(tmp_path: Path) -> None:
    call = vc.load(SAMPLES / "on_target.flac")
    soundfile.write(tmp_path / "call.wav", call.samples[: 8 * call.sr], call.sr)
    command = ["segments", str(tmp_path / "call.wav"), "--out", str(tmp_path / "grids"), "--lang", "en"]
    done = CliRunner().invoke(app, command)
    written = tmp_path / "grids" / "call.TextGrid"
    assert (done.exit_code, done.stdout.strip()) == (0, str(written))
    same(vc.read_segments(written), vc.segments(vc.load(tmp_path / "call.wav")))
    before = written.read_bytes()
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 2
    assert "never replaced" in again.stderr
    assert written.read_bytes() == before


@pytest.mark.parametrize("wrong", [["--format", "eaf"], ["--speaker", "both"]])
def test_wrong_options_of_the_command_are_refused(wrong: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["segments", str(SAMPLES / "on_target.flac"), "--out", str(tmp_path), *wrong])
    assert done.exit_code == 2
    assert wrong[0] in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_broken_file_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"no sound" * 99)
    soundfile.write(tmp_path / "call.wav", np.zeros(8000), 8000)
    files = [str(tmp_path / name) for name in ("broken.wav", "call.wav")]
    done = CliRunner().invoke(app, ["segments", *files, "--format", "csv", "--lang", "en"])
    assert (done.exit_code, done.stdout.strip()) == (1, str(tmp_path / "call.csv"))
    assert "broken.wav" in done.stderr
