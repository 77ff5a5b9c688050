"""The page of the command line, out of the commands themselves."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from generators.markdown import plain, table
from voicecoach.cli import app

INTRO = """# The command line

Every command, argument and option, as `--help` has them. `voicecoach COMMAND --help` shows the same in the terminal;
with no argument at all, help is shown too. Data go to stdout, talk to stderr.
"""


def pages() -> dict[str, str]:
    """Path of the page and its Markdown."""
    return {"cli.md": "\n\n".join([INTRO, *(section(name, command) for name, command in commands())]) + "\n"}


def commands(group: Any = None, name: str = "voicecoach") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, the program itself first; hidden ones too, there are none."""
    group = group or get_command(app)
    yield name, group
    for part, command in getattr(group, "commands", {}).items():
        yield from commands(command, f"{name} {part}")


def section(name: str, command: Any) -> str:
    """One command: what it does, how it is called, what each argument and option means."""
    context = command.make_context(name, [], resilient_parsing=True)
    usage = f"{name} {' '.join(command.collect_usage_pieces(context))}"
    parts = [f"## {name} {{ #{name.replace(' ', '-')} }}", described(command.help or ""), f"```text\n{usage}\n```"]
    records = [(one, one.get_help_record(context)) for one in command.get_params(context)]
    rows = [[called(*record), plain(record[1])] for _, record in sorted_by_kind(records)]
    if rows:
        parts.append(table(["argument or option", "meaning"], rows))
    if getattr(command, "commands", None):
        names = [f"{name} {part}" for part in command.commands]
        parts.append(table(["command", ""], [
            [f"[`{full}`](#{full.replace(' ', '-')})", plain((one.help or "").strip().split("\n")[0])]
            for full, one in zip(names, command.commands.values(), strict=True)
        ]))  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def described(text: str) -> str:
    """A command's help as paragraphs."""
    return "\n\n".join(plain(part) for part in text.replace("\b", "").split("\n\n") if part.strip())


def sorted_by_kind(records: list[tuple[Any, Any]]) -> list[tuple[Any, tuple[str, str]]]:
    """Arguments before options, each in the command's own order; hidden ones have no record."""
    return sorted((one for one in records if one[1]), key=lambda one: one[0].param_type_name != "argument")


def called(written: str, _: str) -> str:
    """How an argument or option is written, as help has it: each name and what follows it as code."""
    return ", ".join(f"`{part.strip()}`" for part in written.split(","))
