"""The short result in a terminal, and the one line of talk that goes with it."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from voicecoach.report.compared import compared
from voicecoach.rubric.muting import INTRUDERS
from voicecoach.words import printable, say

Row = Mapping[str, Any]


def show(report: Mapping[str, Any], console: Console, lang: str) -> None:
    """Print summary, strength, next step, overall score, the six requirements, and why one has no score."""
    summary = report["summary"]
    console.print(summary["sentence"][lang], style="bold")
    for part in ("strength", "next"):
        if summary[part]:
            label = say("terminal", part, lang)
            console.print(f"{label} {summary[part]['words'][lang]}")
    console.print(_overall(report["overall"], lang))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    for requirement in report["requirements"]:
        table.add_row(*_cells(requirement, report, lang))
    console.print(table)
    for requirement in report["requirements"]:
        reason = requirement["words"]["reason"]
        if requirement["score"] is None and reason:
            console.print(say("terminal", "why", lang, title=requirement["words"]["title"][lang], reason=reason[lang]))
    own = compared(report)
    if own:
        console.print(printable(say("terminal", "compared", lang, used=own["used"][lang])), style="dim")


def notice(report: Mapping[str, Any], lang: str) -> str | None:
    """One line about a recording that could not be judged as a whole or was damaged; None when all is well."""
    quality = report["recording"]["quality"]
    telling = {"no_speech", "very_noisy", "badly_clipped", "truncated", "damaged", *INTRUDERS}
    said = [words[lang] for code, words in zip(quality["codes"], quality["words"], strict=True) if code in telling]
    own = compared(report)
    said += [words[lang] for words in own["notes"]] if own else []
    if report["overall"]["reason_code"]:
        said.append(report["overall"]["words"]["reason"][lang])
    return " ".join(said) or None


def _overall(overall: Row, lang: str) -> str:
    if overall["score"] is None:
        return say("terminal", "no_overall", lang, reason=overall["words"]["reason"][lang])
    low, high = overall["interval"]
    return say(
        "terminal", "overall", lang, score=overall["score"], low=low, high=high,
        judged=overall["judged"], of=overall["of"],
    )  # fmt: skip


def _cells(requirement: Row, report: Mapping[str, Any], lang: str) -> tuple[str, str, str, str]:
    title = requirement["words"]["title"][lang]
    lead = next(row for row in report["criteria"] if row["id"] == requirement["lead"])
    value = "" if lead["value"] is None else f"{lead['value']:.4g} {lead['words']['unit'][lang]}"
    if requirement["score"] is None:
        return title, say("terminal", requirement["status"], lang), value, ""
    low, high = requirement["interval"]
    return title, say("bands", requirement["band"], lang), value, f"{requirement['score']:.0f} ({low:.0f}–{high:.0f})"
