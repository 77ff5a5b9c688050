"""Write the accuracy table of both READMEs from benchmarks/accuracy.csv, so that nobody types a figure.

    voicecoach validate sample_audio/manifest.csv DATA/manifest.csv \\
        --out benchmarks/ACCURACY.md --out benchmarks/accuracy.csv
    python benchmarks/readme_table.py            # --check: only say whether the READMEs hold the figures of the csv

Which lines are shown, and what they are called, stands in readme_table.toml. Lines that the csv has not, because the
run was of fewer measures or conditions, are left out and named on stderr.
"""

import argparse
import csv
import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
READMES = {"en": HERE.parent / "README.md", "zh": HERE.parent / "README.zh.md"}
HEADS = {
    "en": ("what", "recordings", "condition", "voicecoach (95 % interval)", "others", "bar"),
    "zh": ("测什么", "录音", "条件", "voicecoach（95 % 区间）", "其他工具", "要求"),
}
UNITS: dict[str, dict[str, str]] = {"en": {}, "zh": {"points": "分", "ms": "毫秒"}}
OURS = "voicecoach"
BLOCK = re.compile(r"(<!-- accuracy: .*? -->\n).*?(<!-- /accuracy -->)", re.DOTALL)

Lines = dict[tuple[str, str, str, str], dict[str, dict[str, str]]]


def figures(file: Path) -> Lines:
    """Of each measure, set, condition and figure: the row of every tool."""
    found: Lines = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault((row["measure"], row["set"], row["condition"], row["figure"]), {})[row["tool"]] = row
    return found


def asked() -> dict:
    """What readme_table.toml says."""
    return tomllib.loads((HERE / "readme_table.toml").read_text(encoding="utf-8"))


def wanted(told: dict) -> list[tuple[dict, tuple[str, str, str, str]]]:
    """Each line that is to be shown: its row in the toml, and the key of its figures."""
    return [
        (shown, (shown["measure"], shown["set"], condition, shown["figure"]))
        for shown in told["row"] for condition in shown["conditions"]
    ]  # fmt: skip


def table(lines: Lines, lang: str) -> str:
    """The table in one language, of what there is."""
    told = asked()
    rows = ["| " + " | ".join(HEADS[lang]) + " |", "|---" * len(HEADS[lang]) + "|"]
    for shown, key in wanted(told):
        if key in lines:
            rows.append("| " + " | ".join(cells(shown, key[2], lines[key], told, lang)) + " |")
    return "\n".join(rows) + "\n"


def cells(shown: dict, condition: str, tools: dict[str, dict[str, str]], told: dict, lang: str) -> list[str]:
    """One line of the table."""
    ours = tools[OURS]
    named = ours["unit"].partition(" of ")[0]  # what a share is of, the line's name says
    unit = f" {UNITS[lang].get(named, named)}".rstrip()
    spread = f" ({short(ours['low'])} – {short(ours['high'])})" if ours["low"] else ""
    others = "; ".join(f"{tool} {short(row['value'])}{unit}" for tool, row in tools.items() if tool != OURS)
    met = {"True": "✓", "False": "✗", "": ""}[ours["met"]]
    bar = ours["bar"].replace("<=", "≤").replace(">=", "≥").replace(" to ", " – ")
    return [
        shown[lang], told["sets"][shown["set"]][lang], told["conditions"].get(condition, {}).get(lang, condition),
        f"{short(ours['value'])}{unit}{spread}", others or "–", f"{bar} {met}".strip(),
    ]  # fmt: skip


def short(number: str) -> str:
    """Three digits, never 1e+02.

    >>> short("0.98765"), short("123.4"), short("-0.0004")
    ('0.988', '123', '0')
    """
    value = float(number)
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-0", "0") if float(text) == 0 else text


def renewed(readme: str, lines: Lines, lang: str) -> str:
    """A README with its table made new."""
    return BLOCK.sub(lambda block: block[1] + table(lines, lang) + block[2], readme)


def main() -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    lines = figures(HERE / "accuracy.csv")
    for _, key in wanted(asked()):
        if key not in lines:
            print(f"not in accuracy.csv, so not shown: {', '.join(key)}", file=sys.stderr)
    for lang, file in READMES.items():
        old = file.read_text(encoding="utf-8")
        new = renewed(old, lines, lang)
        if check and new != old:
            sys.exit(f"{file.name}: its accuracy table is not that of accuracy.csv; run benchmarks/readme_table.py")
        if not check:
            file.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
