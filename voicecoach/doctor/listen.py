"""Two seconds of the microphone while nobody speaks: does it give sound, and how much noise is in the room?"""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from voicecoach.doctor import Finding
from voicecoach.microphone import Microphone, open_microphone
from voicecoach.microphone.device import Samples16
from voicecoach.microphone.meter import DEAD_DB, FULL_SCALE, band_of, is_clipped

SETTLE_S = 0.5  # s dropped: devices click and fade in when they are opened
LISTEN_S = 2.0
PIECE_S = 0.05
QUIET_SHARE = 0.3  # of the pieces are quieter than the noise that is stated: a word or a knock does not count
GOOD_SNR_DB = 30.0  # full score of the rubric's row snr
POOR_SNR_DB = 12.0  # half of it
HUM_HZ = (50.0, 60.0)  # mains
HUM_TOP_HZ = 500.0
HUM_SHARE = 0.3  # of the noise's power within 1.5 Hz of harmonics; noise without lines has at most 0.06 there
LINE_HZ = 1.5


@dataclass(frozen=True)
class Room:
    """What two seconds of silence hold.

    Attributes
    ----------
    noise_db : float            RMS, dB re full scale; -inf for digital silence
    peak_db : float             largest magnitude, dB re full scale
    clipped : bool
    hum_hz : float or None      mains frequency whose harmonics make up the noise
    """

    noise_db: float
    peak_db: float
    clipped: bool
    hum_hz: float | None


def microphone(device: str | None, listening: Callable[[], None]) -> Iterator[Finding]:
    """The microphone is there and gives sound; the room is quiet enough."""
    chosen = open_microphone(device)
    yield Finding("ok", "microphone", {"name": chosen.name, "rate": chosen.sr})
    listening()
    samples, losses = heard(chosen)
    if losses:
        yield Finding("warn", "losses", {"count": losses})
    yield from verdicts(room(samples, chosen.sr), _good_voice_db())


def heard(chosen: Microphone) -> tuple[Samples16, int]:
    """Two seconds, and how often sound was lost."""
    came: list[Samples16] = []
    losses, need = 0, round((SETTLE_S + LISTEN_S) * chosen.sr)
    with closing(chosen.blocks()) as blocks:
        for block in blocks:
            came.append(block.samples)
            losses += block.lost
            need -= len(block.samples)
            if need <= 0:
                break
    return np.concatenate(came)[round(SETTLE_S * chosen.sr) :], losses


def room(samples: Samples16, sr: int) -> Room:
    """What there is to say about silence.

    Examples
    --------
    A mains hum of a hundredth of full scale:

    >>> hum = np.sin(2 * np.pi * 50 * np.arange(16000) / 8000) * FULL_SCALE / 100
    >>> found = room(hum.astype(np.int16), 8000)
    >>> round(found.noise_db), found.hum_hz
    (-43, 50.0)
    """
    x = samples / FULL_SCALE
    if not len(x):
        return Room(-math.inf, -math.inf, False, None)
    size = max(1, round(PIECE_S * sr))
    pieces = x[: len(x) // size * size].reshape(-1, size)
    power = np.var(pieces, axis=1) if len(pieces) else np.array([np.var(x)])
    noise = float(np.quantile(power, QUIET_SHARE))
    return Room(_db(noise), _db(float(np.max(np.square(x)))), is_clipped(samples), _hum(x, sr))


def verdicts(found: Room, voice_db: float) -> Iterator[Finding]:
    """What to do about it, given the level of a voice as it should be."""
    if found.noise_db < DEAD_DB:
        yield Finding("fail" if found.peak_db < DEAD_DB else "warn", "mute", {"level": max(found.noise_db, -100.0)})
        return
    if found.clipped:
        yield Finding("fail", "clipped")
        return
    snr = voice_db - found.noise_db
    facts = {"level": found.noise_db, "below": max(0.0, snr)}
    if snr < POOR_SNR_DB:
        yield Finding("fail", "room_loud", facts)
    elif snr < GOOD_SNR_DB:
        yield Finding("warn", "room_noisy", facts)
    else:
        yield Finding("ok", "room_quiet", facts)
    if found.hum_hz is not None and snr < GOOD_SNR_DB + 6:
        yield Finding("warn", "hum", {"frequency": found.hum_hz})


def _good_voice_db() -> float:
    from voicecoach.rubric import load_rubric

    low, high = band_of(load_rubric("etiquette"))
    return (low + high) / 2


def _hum(x: "np.ndarray[tuple[int], np.dtype[np.float64]]", sr: int) -> float | None:
    """The mains frequency whose harmonics carry a large part of the power, if any does."""
    spectrum = np.square(np.abs(np.fft.rfft((x - x.mean()) * np.hanning(len(x)))))
    frequencies = np.fft.rfftfreq(len(x), 1 / sr)
    total = float(spectrum[frequencies > 20].sum())
    if not total > 0:
        return None
    shares = {}
    for base in HUM_HZ:
        off = np.abs(frequencies - base * np.maximum(1, np.rint(frequencies / base)))
        near = (off <= LINE_HZ) & (frequencies <= HUM_TOP_HZ)
        shares[base] = float(spectrum[near].sum()) / total
    best = max(shares, key=lambda base: shares[base])
    return best if shares[best] >= HUM_SHARE else None


def _db(power: float) -> float:
    return 10 * math.log10(power) if power > 0 else -math.inf
