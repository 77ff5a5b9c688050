"""Reports as files: what the format allows, where a report goes, and what is never replaced."""

import copy
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from voicecoach.errors import UsageError
from voicecoach.report.wire import both_files, is_page_of, read_report, report_stem, schema, to_json, write_together

Graded = Callable[..., dict[str, Any]]
MINE, OTHER = "a" * 64, "b" * 64
VALID = jsonschema.Draft202012Validator(schema())


def report(name: str = "call.wav", sha256: str = MINE) -> str:
    of = {"name": name, "sha256": sha256}
    return json.dumps({"schema": 1, "voicecoach": "0.1.0", "recording": of, "criteria": []})


def page(sha256: str = MINE) -> str:
    return f'<!doctype html>\n<meta name="voicecoach-recording" content="{sha256}">\n'


def put(folder: Path, stem: str, html: str | None, data: str | None) -> None:
    for path, text in zip(both_files(folder / stem), (html, data), strict=True):
        if text is not None:
            path.write_text(text, encoding="utf-8")


def stem(folder: Path, name: str = "call.wav", sha256: str = MINE, *, beside: bool = True) -> str:
    return report_stem(folder / name, folder, sha256, beside=beside).name


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_field_of_the_schema_is_described() -> None:
    def undescribed(node: Any, at: str) -> list[str]:
        if isinstance(node, list):
            return [found for i, item in enumerate(node) for found in undescribed(item, f"{at}[{i}]")]
        if not isinstance(node, dict):
            return []
        own = node.get("properties", {}) if node.get("additionalProperties") is False else {}
        plain = {"zh", "en"}
        found = [f"{at}.{name}" for name, field in own.items() if "description" not in field and name not in plain]
        return found + [more for key, item in node.items() for more in undescribed(item, f"{at}.{key}")]

    assert undescribed(schema(), "$") == []


def test_a_real_report_is_valid(graded: Graded) -> None:
    VALID.validate(json.loads(to_json(graded("on_target"))))


def test_pairs_of_a_real_report_are_in_order(graded: Graded) -> None:
    found = graded("on_target")
    for row in (found["overall"], *found["requirements"], *found["criteria"]):
        assert row["interval"] is None or row["interval"][0] <= row["interval"][1]
    for row in found["criteria"]:
        for moment in row["evidence"]:
            assert 0 <= moment["start"] <= moment["end"] <= found["recording"]["duration_s"] + 1e-3
    for name in ("speech", "pauses", "sentences"):
        spans = found["segments"][name]
        assert all(0 <= start <= end <= found["recording"]["duration_s"] + 1e-3 for start, end in spans)
        assert spans == sorted(spans)
    assert found["segments"]["syllables"] == sorted(found["segments"]["syllables"])


def change(found: dict[str, Any], path: list[Any], value: Any) -> None:
    for key in path[:-1]:
        found = found[key]
    found[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema"], 2),
        (["extra"], 1),
        (["lang"], "fr"),
        (["overall", "score"], 100.5),
        (["overall", "score"], -1),
        (["overall", "score"], "80"),
        (["overall", "interval"], [80]),
        (["overall", "interval"], [80, 90, 95]),
        (["overall", "of"], 5),
        (["overall", "band"], "good"),
        (["requirements", 0, "id"], "pause"),
        (["requirements", 0, "status"], "fine"),
        (["requirements", 0, "score"], None),
        (["requirements", 0, "band"], None),
        (["requirements", 0, "note"], "x"),
        (["requirements"], []),
        (["criteria", 0, "value"], None),
        (["criteria", 0, "status"], "not_measurable"),
        (["criteria", 0, "status"], "informative"),
        (["criteria", 0, "reason_code"], "Too Little"),
        (["criteria", 0, "basis"], "guess"),
        (["criteria", 0, "evidence", 0, "start"], -1),
        (["criteria", 0, "evidence", 0, "end"], None),
        (["criteria", 0, "words", "title"], {"zh": "甲"}),
        (["criteria", 0, "curve", 0, 1], 101),
        (["recording", "sha256"], "abc"),
        (["recording", "duration_s"], 0),
        (["recording", "quality", "clipped_share"], 1.5),
        (["recording", "quality", "verdict"], "great"),
        (["segments", "speech", 0], [1]),
        (["timeline", "waveform", "peaks", 0], 1.2),
        (["timeline", "f0", "st", 0], "x"),
        (["baseline"], {"name": "x"}),
        (["summary", "next"], {}),
    ],
)
def test_a_report_that_breaks_the_contract_is_not_valid(graded: Graded, path: list[Any], value: Any) -> None:
    broken = copy.deepcopy(graded("on_target"))
    change(broken, path, value)
    assert not VALID.is_valid(broken)


@pytest.mark.parametrize("field", sorted(schema()["required"]))
def test_no_field_may_be_left_out(graded: Graded, field: str) -> None:
    broken = dict(graded("on_target"))
    del broken[field]
    assert not VALID.is_valid(broken)


def test_numbers_that_are_none_are_refused(graded: Graded) -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json(graded("on_target") | {"settings": {"x": float("nan")}})


def test_a_free_name_is_taken(tmp_path: Path) -> None:
    assert stem(tmp_path) == "call"
    assert stem(tmp_path, "通话 1.m4a") == "通话 1"
    assert stem(tmp_path, "v1.2.final.wav") == "v1.2.final"
    assert stem(tmp_path, ".wav") == ".wav"


def test_the_report_of_the_same_recording_is_replaced(tmp_path: Path) -> None:
    put(tmp_path, "call", page(), report())
    assert stem(tmp_path) == "call"
    assert stem(tmp_path, beside=False) == "call"


def test_a_new_take_of_the_same_name_replaces_the_old_ones_report_beside_it_only(tmp_path: Path) -> None:
    put(tmp_path, "call", page(OTHER), report(sha256=OTHER))
    assert stem(tmp_path, beside=True) == "call"
    assert stem(tmp_path, beside=False) == "call.wav"  # into a folder come calls of other folders, too


def test_another_recordings_report_is_kept(tmp_path: Path) -> None:
    put(tmp_path, "call", page(OTHER), report("call.m4a", OTHER))
    assert stem(tmp_path) == "call.wav"
    put(tmp_path, "call.wav", page(OTHER), report("call.mp3", OTHER))
    assert stem(tmp_path) == f"call.wav.{MINE[:8]}"


def test_half_a_report_of_this_recording_is_completed(tmp_path: Path) -> None:
    put(tmp_path, "call", page(), None)
    assert stem(tmp_path) == "call"
    put(tmp_path, "two", None, report("two.wav"))
    assert stem(tmp_path, "two.wav") == "two"
    put(tmp_path, "cut", page(), report("cut.wav", OTHER))  # a run ended between the page and the data
    assert stem(tmp_path, "cut.wav") == "cut"


@pytest.mark.parametrize(
    ("html", "data"),
    [
        ("<html>holiday pictures</html>", None),
        (None, '{"my": "data"}'),
        (None, "no json"),
        (None, ""),
        (None, "[1]"),
        (None, "[" * 100_000),
        (None, '{"schema": 1, "voicecoach": 1, "recording": [], "criteria": []}'),
        (page(), "notes"),
        ("", report()),
        (page(OTHER), None),
        (page(OTHER), report()),
        ("x" * 30_000 + page(), report()),
    ],
)
def test_what_is_not_ours_is_never_replaced(tmp_path: Path, html: str | None, data: str | None) -> None:
    put(tmp_path, "call", html, data)
    assert stem(tmp_path) == "call.wav"


def test_folders_and_links_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "call.report.html").mkdir()
    assert stem(tmp_path) == "call.wav"
    (tmp_path / "elsewhere.json").write_text(report())
    (tmp_path / "linked.report.json").symlink_to(tmp_path / "elsewhere.json")
    assert stem(tmp_path, "linked.wav") == "linked.wav"
    (tmp_path / "broken.report.html").symlink_to(tmp_path / "nowhere")
    assert stem(tmp_path, "broken.wav") == "broken.wav"


def test_when_every_name_is_taken_it_says_so(tmp_path: Path) -> None:
    for name in ("call", "call.wav", f"call.wav.{MINE[:8]}"):
        put(tmp_path, name, "mine", None)
    with pytest.raises(UsageError, match="never replaced"):
        stem(tmp_path)


def test_bytes_that_are_no_text_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "call.report.json").write_bytes(b"\xff\xfe\x00")
    assert stem(tmp_path) == "call.wav"


def test_a_page_is_known_by_its_recording(tmp_path: Path) -> None:
    path = tmp_path / "call.report.html"
    assert is_page_of(path, MINE)
    path.write_text(page())
    assert is_page_of(path, MINE)
    assert not is_page_of(path, OTHER)
    path.write_text("mine")
    assert not is_page_of(path, MINE)


def test_files_are_written_whole_and_leave_nothing_else(tmp_path: Path) -> None:
    html, data = both_files(tmp_path / "通话")
    html.write_text("old")
    write_together({html: "新的", data: "{}"})
    assert html.read_bytes() == "新的".encode()
    assert data.read_text() == "{}"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["通话.report.html", "通话.report.json"]
    assert html.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_a_failure_while_writing_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    html, data = both_files(tmp_path / "call")
    html.write_text("old page")
    data.write_text("old data")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(UsageError, match=r"cannot be written \(No space left"):
        write_together({html: "new page", data: "new data"})
    assert html.read_text() == "old page"
    assert data.read_text() == "old data"
    assert len(list(tmp_path.iterdir())) == 2


def test_nothing_is_put_in_place_before_everything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html, data = both_files(tmp_path / "call")
    synced = []
    real = os.fsync

    def second_fails(handle: int) -> None:
        synced.append(handle)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", second_fails)
    with pytest.raises(UsageError, match="cannot be written"):
        write_together({html: "new page", data: "new data"})
    assert list(tmp_path.iterdir()) == []


def test_a_kill_while_writing_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html, _ = both_files(tmp_path / "call")
    html.write_text("old")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_together({html: "new"})
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_together({tmp_path / "none" / "call.report.json": "{}"})


def test_a_written_report_is_read_again(tmp_path: Path, graded: Graded) -> None:
    path = tmp_path / "call.report.json"
    write_together({path: to_json(graded("on_target"))})
    assert read_report(path) == graded("on_target")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "report_missing"),
        ("", "not_a_report"),
        ("hello", "not_a_report"),
        ("[]", "not_a_report"),
        ('{"schema": 1}', "not_a_report"),
        (report(), "not_a_report"),  # a report has more in it
        (report().replace('"schema": 1', '"schema": 2'), "report_schema"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: str | None, code: str) -> None:
    path = tmp_path / "call.report.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError) as refusal:
        read_report(path)
    assert refusal.value.code == code
    assert str(path) in str(refusal.value)
