"""Every analysis parameter, once: unit, range and source. What a score is made of lives in the rubric instead."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Parameters of the analysis. A report names the ones that differ from these defaults.

    Sources in short: M = measured in this project (the command stands in the row's docstring or benchmark),
    P = published (work named), C = convention.
    """

    # --- speech and pauses (tracks/ipus.py) ---
    pause_min_s: float = 0.25  # s; a shorter silence belongs to speech: Mandarin closures reach 0.15 s (C)
    deliberate_pause_s: float = 0.6  # s; shortest pause that counts as deliberate (documents: "about 1 s")
    dead_air_s: float = 3.0  # s; a longer silence is not part of the speaker's turn (C)


DEFAULT = Settings()
