"""Who and what else is to be heard on the speaker's channel: people talking behind, music, a second voice."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Span, Spans, Track, inside, merged
from voicecoach.tracks.decay import Decay
from voicecoach.tracks.envelopes import Envelopes
from voicecoach.tracks.held_tones import held_tones
from voicecoach.tracks.second_voice import second_voice

NEAR_S = 1.0  # s around speech; further off may be another room, or padding
MARGINS = (0.06, 0.25)  # s before and after speech: onset and decay are the speaker's own
SILENT_DB = -99.0  # nothing at all: a gate or a codec
SOFTEST = 0.1  # share of the moments in and near speech that are the softest
SOFTEST_VOICED = 0.1  # of those; one voice in noise or a room 0-0.05, babble 15 dB below the speech 0.10-0.6 (M)
GAP_S = 1.0  # s of sound between speech that is needed to judge by it
GAP_VOICED = 0.2  # share of it; one voice 0-0.02, babble at 15 dB and above mostly 0.3-0.9 (M)
FILLED = 0.8  # share of it that sounds as strongly: an "um" alone leaves the rest of a pause silent (M)
WEAKEST_DB = -22.0  # level of the babble re that of speech: softer talk behind leaves the measures alone (M)
ECHO_S = 0.42  # s; decay from which on one's own echo fills the pauses; babble at 5-15 dB reads 0.17-0.34 (M)
SMOOTH_FRAMES = 5  # of 10 ms
LEAST_S = 0.5  # s of it in all
SAME_S = 0.5  # s; moments less apart are shown as one
SHORTEST_S = 0.3  # s; shorter ones are shown only where none is longer


@dataclass(frozen=True)
class Company:
    """Where something else than the speaker's own voice is heard; each empty where it was not found.

    Attributes
    ----------
    second_voice : tuple of Span    s, stretches of speech by the voice that speaks less
    music : tuple of Span           s, music on hold or a telephone tone
    babble : tuple of Span          s, softest moments in and between speech in which people talk behind
    """

    second_voice: Spans
    music: Spans
    babble: Spans

    @property
    def found(self) -> dict[str, Spans]:
        """What was found, by its code; the gravest first.

        Examples
        --------
        >>> Company((), (Span(1, 4),), ()).found
        {'music': (Span(start=1, end=4),)}
        """
        every = {"second_voice": self.second_voice, "music": self.music, "babble": self.babble}
        return {code: spans for code, spans in every.items() if spans}


def company(
    wave: npt.NDArray[np.float32], sr: int, f0: Track, intensity: Track, ipus: Spans, envelopes: Envelopes,
    decay: Decay,
) -> Company:  # fmt: skip
    """Babble, music and a second voice.

    Parameters
    ----------
    wave : ndarray of float32, shape (n,)    full scale 1.0
    sr : int                                 Hz
    f0 : Track                               Hz, NaN unvoiced
    intensity : Track                        dB
    ipus : tuple of Span                     s
    envelopes : Envelopes                    of voiced speech
    decay : Decay                            of the room

    Returns
    -------
    Company

    Notes
    -----
    Each is meant to be right when it speaks rather than never to miss (``benchmarks/company_accuracy.py``). Babble of
    six and more at 5-15 dB below the speech was found in 71 of 72 recordings, at 20 dB in 7 of 16; music at 0-20 dB in
    40 of 40, in a quarter of them as babble, at 25 dB in one of 8; music on hold and telephone tones always. A single
    talker behind was never found: his pauses are as quiet as the room's, and he passes for soft speech of one's own.
    Where there is music, what is voiced between speech is put down to it; in a hall (``ECHO_S``) to the speaker's echo.
    """
    music = held_tones(wave, sr, f0, ipus)
    return Company(
        second_voice=second_voice(envelopes, ipus),
        music=music,
        babble=() if music or (decay.time_s or 0.0) >= ECHO_S else babble(f0, intensity, ipus),
    )


def babble(f0: Track, intensity: Track, ipus: Spans) -> Spans:
    """Moments that betray people talking behind the speaker: voiced although they are the softest, or between speech.

    Between words and in pauses one hears the background. Noise of a fan, a line or a street has no pitch there, and
    neither has what a room gives back; other voices have. Two looks: the softest tenth of all that is heard in and
    near speech (also where babble fills the pauses and passes for speech), and what sounds between speech.

    Returns
    -------
    tuple of Span    s; empty where it was not found

    Examples
    --------
    Two seconds of speech, two of a voice 10 dB softer, speech again:

    >>> times = np.arange(600) / 100 + 0.005
    >>> level = np.where((times > 2) & (times < 4), -30.0, -20.0)
    >>> talk = (Span(0, 2), Span(4, 6))
    >>> [span] = babble(Track(times, np.full(600, 150.0), "Hz"), Track(times, level, "dB"), talk)
    >>> 2 < span.start < 2.3, 3.7 < span.end < 4.1
    (True, True)
    >>> babble(Track(times, np.full(600, np.nan), "Hz"), Track(times, level, "dB"), talk)
    ()
    """
    count = min(len(f0.times), len(intensity.times))
    times, level = intensity.times[:count], intensity.values[:count]
    voiced = np.isfinite(f0.values[:count])
    speech = inside(times, ipus)
    if not speech.any():
        return ()
    sounding = level > SILENT_DB
    power = 10 ** (level / 10)
    smooth = 10 * np.log10(np.convolve(power, np.full(SMOOTH_FRAMES, 1 / SMOOTH_FRAMES), "same"))
    strong = smooth > 10 * np.log10(power[speech].mean()) + WEAKEST_DB
    near = _around(times, ipus, NEAR_S, NEAR_S) & sounding
    softest = near & (smooth <= np.quantile(smooth[near], SOFTEST)) if near.any() else near
    between = near & ~_around(times, ipus, *MARGINS)
    if np.count_nonzero(between & strong) < FILLED * np.count_nonzero(between):
        between = np.zeros(count, bool)
    told = np.zeros(count, bool)
    for where, least, share in ((softest, 1, SOFTEST_VOICED), (between, GAP_S * 100, GAP_VOICED)):
        heard = where & voiced & strong
        if np.count_nonzero(where) >= least and np.count_nonzero(heard) >= share * np.count_nonzero(where):
            told |= heard
    return _moments(times[told]) if np.count_nonzero(told) >= LEAST_S * 100 else ()


def _moments(times: FloatArray) -> Spans:
    """Frames of 10 ms as stretches to listen to."""
    spans = merged((Span(float(t) - 0.005, float(t) + 0.005) for t in times), gap=SAME_S)
    long = tuple(span for span in spans if span.duration >= SHORTEST_S)
    return long or (max(spans, key=lambda span: span.duration),)


def _around(times: FloatArray, ipus: Spans, before: float, after: float) -> npt.NDArray[np.bool_]:
    return inside(times, merged(Span(span.start - before, span.end + after) for span in ipus))
