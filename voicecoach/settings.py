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
    speech_on: float = 0.5  # 0-1; the detector's probability that starts speech (P: Silero's default)
    speech_off: float = 0.35  # 0-1; ... that ends it (P: Silero's default, 0.15 lower)
    speech_burst_s: float = 0.10  # s; shorter stretches are clicks and knocks (C: science b1)
    speech_voiced_s: float = 0.05  # s; a stretch with less voicing is no speech: noise, breath; 0.03 takes barks in (M)

    # --- pitch (tracks/f0.py) ---
    f0_floor_hz: float = 60.0  # Hz; lowest voice looked for in the first pass (P: De Looze & Hirst 2008 use 60-750)
    f0_ceiling_hz: float = 700.0  # Hz; highest voice looked for in the first pass
    f0_floor_factor: float = 0.5  # second pass looks from this times the lower quartile: 0.75 cuts low tones off (M)
    f0_ceiling_factor: float = 2.0  # ... to this times the upper quartile: 1.5 cuts fourth tones off (M)
    f0_voicing_threshold: float = 0.5  # 0-1; Praat's default is 0.45 (P: Boersma 1993), at 0.5 fewer false frames (M)
    f0_octave_jump_cost: float = 0.5  # Praat's default is 0.35; dearer jumps halve the errors on the telephone (M)
    f0_silence_threshold: float = 0.03  # of the level of loud speech; Praat's default (P: Boersma 1993)

    # --- monotone stretches (measures/intonation.py) ---
    monotone_window_s: float = 5.0  # s; windows that are looked at (C: science c2)
    monotone_hop_s: float = 2.5  # s; from window to window
    monotone_voiced_s: float = 1.5  # s of voice that a window needs
    monotone_sd_st: float = 2.0  # st; natural Mandarin calls have 2.8-5 in such windows, at half the range 1.4-2.2 (M)

    # --- emphasis (measures/emphasis.py) ---
    emphasis_threshold: float = 2.0  # units of prominence; one syllable in twenty of read Mandarin lies above (M)

    # --- sentences (tracks/sentences.py) ---
    dip_db: float = 15.0  # dB below the median level of speech: quiet enough for a sentence to end there (C)
    dip_s: float = 0.06  # s; shorter quiet stretches are closures of consonants (C)
    sentence_syllables: float = 15.0  # 字; the likeliest length of a sentence (C: science b4, 10-22 each)
    sentence_spread: float = 0.3  # standard deviation of ln(length): two thirds are 11-20 字; 0.4 finds fewer ends (M)
    sentence_short_cost: float = 1.5  # log odds that a short sentence costs at most: greetings do occur (M)
    sentence_longest: float = 80.0  # 字; no longer sentence is looked for

    # --- deliberate pauses (measures/pauses.py); what is pointed at, not what is scored ---
    good_pause_from_s: float = 0.7  # s; pauses of good length: "about 1 s" (documents)
    good_pause_to_s: float = 1.3  # s
    overlong_pause_s: float = 2.0  # s; a longer one sounds like hesitation (C: science b2)
    pause_missing_sentences: float = 3.0  # more than these at a stretch want a pause: one too many for "two" (C)
    pause_missing_syllables: float = 60.0  # 字; more than these at a stretch want a pause (C)

    # --- the call as a whole (measures/call.py) ---
    call_longest_s: float = 180.0  # s; the three-minute rule (documents)
    filled_pause_s: float = 0.35  # s; a shorter flat sound is a syllable (C: science, longest syllables 0.35 s)
    filled_pause_st: float = 1.0  # st; 嗯 and 呃 keep their pitch within this (C)


DEFAULT = Settings()

# --- how long one recording of a cohort may take (cohort/limit.py); decides no figure, so no report names it ---
TAKE_LIMIT_S = 300.0  # s; for any recording: some 200 times what a call of 45 s takes (M: benchmarks/cohort_speed.py)
TAKE_LIMIT_PER_S = 1.0  # s more a second of its length: some 30 times what it takes (M: benchmarks/cohort_speed.py)


def changed(settings: Settings) -> dict[str, float]:
    """The parameters that differ from the defaults: what a report must name to be comparable.

    Examples
    --------
    >>> changed(Settings(pause_min_s=0.3))
    {'pause_min_s': 0.3}
    """
    return {name: value for name, value in asdict(settings).items() if value != getattr(DEFAULT, name)}
