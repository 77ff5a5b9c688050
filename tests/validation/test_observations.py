"""The file of observations: every clip can be looked up, and a run that was broken off goes on."""

import json
from importlib import import_module
from pathlib import Path

import pytest

from voicecoach.errors import UsageError
from voicecoach.validation import observations as module
from voicecoach.validation import validate
from voicecoach.validation.run import done
from voicecoach.validation.signals import signals

ONE = {"measures": ["loudness"], "conditions": ["clean"]}


def test_a_broken_off_run_goes_on_and_ends_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "seen.jsonl"
    whole = validate(signals(), **ONE, observations=path)
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert len(lines) == 5  # the cases of EBU Tech 3341
    _, [[measure, _, condition, [first, *_], failed]] = json.loads(lines[0])
    assert (measure, condition, first[:2], failed) == ("loudness", "clean", ["voicecoach", "EBU 3341 case 1"], [])

    path.write_text(head + lines[0] + lines[1] + lines[2][:40], encoding="utf-8")
    heard = []
    monkeypatch.setattr(
        import_module("voicecoach.validation.run"), "done", lambda job: heard.append(job.clips[0].name) or done(job)
    )
    assert validate(signals(), **ONE, observations=path) == whole == validate(signals(), **ONE)
    assert heard[:3] == [f"EBU 3341 case {case}" for case in (3, 4, 5)]
    assert sorted(path.read_text(encoding="utf-8").splitlines(keepends=True)) == sorted([head, *lines])


@pytest.mark.parametrize("held", ["mine", '{"voicecoach": "0", "code": "0"}\n', "\n", "a\nb\n"])
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path, held: str) -> None:
    path = tmp_path / "seen.jsonl"
    path.write_text(held, encoding="utf-8")
    with pytest.raises(UsageError, match="another kind of file"):
        validate(signals(), **ONE, observations=path)
    assert path.read_text(encoding="utf-8") == held


def test_observations_of_other_code_are_not_mixed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "seen.jsonl"
    validate([], observations=path)
    monkeypatch.setattr(module, "code_digest", lambda: "changed")
    with pytest.raises(UsageError, match="version"):
        validate([], observations=path)


def test_a_place_that_cannot_be_written_is_said_before_anything_is_heard(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        validate(signals(), **ONE, observations=tmp_path / "none" / "seen.jsonl")
