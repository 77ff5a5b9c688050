"""One page for each rubric that ships: every row with its target, source, error and words, out of the TOML file."""

from generators.markdown import plain, table
from voicecoach.report.numbers import span
from voicecoach.rubric import Criterion, Rubric, load_rubric, profiles
from voicecoach.rubric.curve import target
from voicecoach.words import say

SECONDARY = {"zh": "另外听到的", "en": "Also heard, outside the six"}
BASES = {
    "documents": "the source documents give the figure",
    "published": "published work gives it",
    "convention": "a convention of this project",
    "fitted": "fitted to data by a script that the row names",
}


def pages() -> dict[str, str]:
    """Path of each page and its Markdown."""
    return {f"rubrics/{name}.md": page(load_rubric(name)) for name in profiles()}


def page(rubric: Rubric) -> str:
    """A rubric: a table for each requirement, then all that is said of each row."""
    parts = [
        f"# Rubric `{rubric.name}`",
        f"{rubric.title.zh} · {rubric.title.en}. Content hash `{rubric.sha256[:12]}`; "
        f"`voicecoach rubric show {rubric.name}` prints the file, `--rubric {rubric.name}` grades with it.",
        f"A requirement is *on target* from {rubric.bands.on_target:g} points on and *close* from "
        f"{rubric.bands.close:g}. The overall score needs {rubric.min_judged} of the six judged. "
        "Weights are shares within a requirement; a row without one is shown, not scored.",
        "What a figure stands on: " + "; ".join(f"*{name}*, {meaning}" for name, meaning in BASES.items()) + ".",
    ]
    groups = [(one.id, one.title.zh, one.title.en, one.source) for one in rubric.requirements]
    for id, zh, en, source in [*groups, ("secondary", SECONDARY["zh"], SECONDARY["en"], "")]:
        rows = rubric.rows(id)
        parts += [f"## {en} {zh} {{ #{id} }}", f"Source: {plain(source)}" if source else "", overview(rows)]
        parts += [details(row, rubric) for row in rows]
    return "\n\n".join(part for part in parts if part) + "\n"


def overview(rows: list[Criterion]) -> str:
    """The rows of one requirement, a line each."""
    return table(
        ["row", "中文", "English", "target", "weight", "basis"],
        [
            [
                f"[`{row.id}`](#{row.id})", plain(row.title.zh), plain(row.title.en), band(row),
                f"{row.weight:g}" if row.weight else "–", row.basis,
            ]
            for row in rows
        ],
    )  # fmt: skip


def band(row: Criterion) -> str:
    """The target with its unit, or a dash."""
    if not row.curve:
        return "–"
    return plain(f"{span(*target(row.curve))} {say('units', row.unit, 'en')}")


def details(row: Criterion, rubric: Rubric) -> str:
    """All that the file says of one row."""
    shared = next((dict(one.needs) for one in rubric.requirements if one.id == row.requirement), {})
    needs = shared | dict(row.needs) if row.weight else {}
    other = rubric.stand_in(row.id)
    facts = [
        ("Measured by", f"[`{row.called.__module__}.{row.called.__name__}`][]"),
        ("Unit", plain(say("units", row.unit, "en"))),
        ("Curve, value → score", ", ".join(f"{value:g} → {score:g}" for value, score in row.curve or [])),
        ("A score needs", ", ".join(f"`{key}` ≥ {value:g}" for key, value in needs.items())),
        ("Costs the overall score at most", f"{row.max_total_effect:g} points" if row.max_total_effect else ""),
        ("Scored instead of", f"[`{row.instead_of}`](#{row.instead_of}), then shown" if row.instead_of else ""),
        ("With a baseline", f"shown, not scored, where [`{other.id}`](#{other.id}) can be scored" if other else ""),
        ("Source", f"{plain(row.source)} (*{row.basis}*)"),
    ]
    if row.moves:
        facts.append(("Must move it", f"`{row.moves.by}`: {row.moves.direction}, by {row.moves.at_least:g} or more"))
    if row.holds:
        facts.append(("Must leave it alone", f"`{row.holds.by}`: within ±{row.holds.within:g}"))
    told = {"what is asked": row.statement, "what is heard": row.heard, "why": row.why, "praise": row.praise}
    told |= {f"advice: {key.replace('_', ' ')}": words for key, words in row.advice.items()}
    told["known error"] = row.known_error
    return "\n\n".join(
        [
            f"### `{row.id}` {{ #{row.id} }}",
            f"{plain(row.title.zh)} · {plain(row.title.en)}",
            "\n".join(f"- {name}: {text}" for name, text in facts if text),
            table(["", "中文", "English"], [[k, plain(w.zh), plain(w.en)] for k, w in told.items() if w]),
        ]
    )
