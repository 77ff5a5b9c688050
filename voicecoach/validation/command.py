"""What ``voicecoach validate`` does: read, run with a word on how far it is, write."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from voicecoach.errors import UsageError
from voicecoach.report.wire import write_together
from voicecoach.validation import validate
from voicecoach.validation.document import document
from voicecoach.validation.manifest import read_manifest
from voicecoach.validation.signals import signals
from voicecoach.validation.table import TOGETHER, Line, csv_text, records

GENERATED = "generated signals"


def run_and_write(
    manifests: Sequence[Path], out: Sequence[Path], measures: Sequence[str] | None, sets: Sequence[str] | None,
    conditions: Sequence[str] | None, processes: int, observations: Path | None, talk: TextIO,
) -> str:
    """Validate generated signals and each manifest; gives the document and writes it where asked.

    Raises
    ------
    UsageError    a manifest that cannot be read, an unknown name, a file ending that is none of .md, .csv, .json;
                  observations of other code
    """
    for file in out:
        if file.suffix not in (".md", ".csv", ".json"):
            raise UsageError("bad_option", option="--out", found=file.name, expected=".md, .csv, .json")
    clips = [(GENERATED, signals())] + [(_title(file), read_manifest(file)) for file in manifests]
    everything = [clip for _, part in clips for clip in part]
    table = validate(
        everything, measures=measures, sets=sets, conditions=conditions, processes=processes, observations=observations,
        told=lambda done, of: print(f"\r{done} of {of}", end="", file=talk, flush=True) if talk.isatty() else None,
    )  # fmt: skip
    parts = [(title, [line for line in table if line.sets[0] in {clip.set for clip in part}]) for title, part in clips]
    parts.append((TOGETHER, [line for line in table if line.set == TOGETHER]))
    command = _command(manifests, measures, sets, conditions)
    text = document([(title, lines) for title, lines in parts if lines], command)
    write_together({file: _as(file.suffix, text, table) for file in out})
    return text


def _title(manifest: Path) -> str:
    return f"{manifest.resolve().parent.name}/{manifest.name}"


def _command(
    manifests: Sequence[Path], measures: Sequence[str] | None, sets: Sequence[str] | None,
    conditions: Sequence[str] | None,
) -> str:
    """As anybody could type it, without the folders of this machine."""
    words = ["voicecoach validate", *(_title(file) for file in manifests)]
    for option, asked in (("--measure", measures), ("--set", sets), ("--condition", conditions)):
        words += [f"{option} '{name}'" if " " in name else f"{option} {name}" for name in asked or ()]
    return " ".join(words)


def _as(ending: str, text: str, table: Sequence[Line]) -> str:
    if ending == ".csv":
        return csv_text(table)
    return json.dumps(records(table), ensure_ascii=False, indent=1) + "\n" if ending == ".json" else text
