"""Every analysis parameter, once: unit, range and source. What a score is made of lives in the rubric instead."""

from dataclasses import asdict, dataclass


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

    # --- pitch (tracks/f0.py) ---
    f0_floor_hz: float = 60.0  # Hz; lowest voice looked for in the first pass (P: De Looze & Hirst 2008 use 60-750)
    f0_ceiling_hz: float = 700.0  # Hz; highest voice looked for in the first pass
    f0_floor_factor: float = 0.75  # second pass looks from this times the lower quartile (P: De Looze & Hirst 2008)
    f0_ceiling_factor: float = 2.0  # ... to this times the upper quartile; 1.5 there, 2 for tone 4 peaks (M)
    f0_voicing_threshold: float = 0.45  # 0-1; Praat's default (P: Boersma 1993)
    f0_silence_threshold: float = 0.03  # of the level of loud speech; Praat's default (P: Boersma 1993)

    # --- sentences (tracks/sentences.py) ---
    dip_db: float = 15.0  # dB below the median level of speech: quiet enough for a sentence to end there (C)
    dip_s: float = 0.06  # s; shorter quiet stretches are closures of consonants (C)
    sentence_syllables: float = 15.0  # 字; the likeliest length of a sentence (C: science b4, 10-22 each)
    sentence_spread: float = 0.6  # standard deviation of ln(length): a third of sentences outside 8-27 字 (C)
    sentence_longest: float = 80.0  # 字; no longer sentence is looked for


DEFAULT = Settings()


def changed(settings: Settings) -> dict[str, float]:
    """The parameters that differ from the defaults: what a report must name to be comparable.

    Examples
    --------
    >>> changed(Settings(pause_min_s=0.3))
    {'pause_min_s': 0.3}
    """
    return {name: value for name, value in asdict(settings).items() if value != getattr(DEFAULT, name)}
