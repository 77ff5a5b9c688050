"""Things over time (and a few facts of the whole) that measures share; each is computed once, on first request.

The name of an attribute of :class:`Tracks` is the name a measure asks for it by. Each is made by one function
in the module of that name; this file only says who needs whom.
"""

import sys
from dataclasses import replace
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from voicecoach.recording import Recording
from voicecoach.settings import DEFAULT, Settings
from voicecoach.timeline import FloatArray, Spans, Track, gaps, joined, unanswered

if TYPE_CHECKING:
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.company import Company
    from voicecoach.tracks.decay import Decay
    from voicecoach.tracks.dips import Dips
    from voicecoach.tracks.envelopes import Envelopes
    from voicecoach.tracks.formants import Formants
    from voicecoach.tracks.levels import Levels
    from voicecoach.tracks.ltas import Ltas
    from voicecoach.tracks.manner import Manner


class Tracks:
    """The tracks of one recording.

    Parameters
    ----------
    recording : Recording
    settings : Settings
    """

    def __init__(self, recording: Recording, settings: Settings = DEFAULT) -> None:
        self.recording = recording
        self.settings = settings

    @property
    def samples(self) -> npt.NDArray[np.float32]:
        """The speaker's channel at its own rate, full scale 1.0, shape (n,)."""
        return self.recording.samples

    @property
    def sr(self) -> int:
        """Sampling rate of ``samples``, Hz."""
        return self.recording.sr

    @property
    def duration(self) -> float:
        """Length of the recording, s."""
        return self.recording.duration

    @cached_property
    def wave16(self) -> npt.NDArray[np.float32]:
        """``samples`` at 16 kHz: what the speech detector and Praat are given."""
        from voicecoach.tracks.resampled import at_rate

        return at_rate(self.samples, self.sr, 16000)

    @cached_property
    def capture(self) -> "Capture":
        """Facts of the file that need no speech: peak, clipping, bandwidth, offset."""
        from voicecoach.tracks.capture import capture

        return capture(self.samples, self.sr)

    @cached_property
    def f0(self) -> Track:
        """Fundamental frequency, Hz, every 10 ms; NaN where unvoiced."""
        from voicecoach.tracks.f0 import f0

        return f0(self.wave16, 16000, self.settings)

    @cached_property
    def intensity(self) -> Track:
        """Level of 200-3600 Hz, dB re full scale, every 10 ms."""
        from voicecoach.tracks.intensity import intensity

        return intensity(self.wave16, 16000)

    @cached_property
    def ipus(self) -> Spans:
        """Inter-pausal units: speech between silences of at least ``settings.pause_min_s``."""
        from voicecoach.tracks.ipus import ipus

        return ipus(self.wave16, 16000, self.intensity, self.f0, self.settings)

    @cached_property
    def customer(self) -> Spans:
        """Where the other channel of a two-sided recording speaks; empty for a solo recording."""
        if self.recording.customer is None:
            return ()
        return Tracks(replace(self.recording, samples=self.recording.customer, customer=None), self.settings).ipus

    @cached_property
    def turns(self) -> Spans:
        """The speaker's turns: IPUs with the pauses under ``settings.dead_air_s`` between them in which the
        customer does not speak."""
        return joined(self.ipus, unanswered(gaps(self.ipus, 0), self.customer), self.settings.dead_air_s)

    @cached_property
    def syllables(self) -> FloatArray:
        """Times of the syllable nuclei, s, increasing, shape (n,)."""
        from voicecoach.tracks.syllables import syllables

        return syllables(self.wave16, 16000, self.f0, self.ipus, self.settings)

    @cached_property
    def dips(self) -> "Dips":
        """How far the level drops between one syllable and the next, dB."""
        from voicecoach.tracks.dips import dips

        return dips(self.intensity, self.syllables, self.ipus)

    @cached_property
    def sentences(self) -> Spans:
        """Sentences as estimated from the voice (pauses, pitch, lengthening, level)."""
        from voicecoach.tracks.sentences import sentences

        return sentences(self.ipus, self.syllables, self.f0, self.intensity, self.settings)

    @cached_property
    def levels(self) -> "Levels":
        """Active speech level, noise level, speech-to-noise ratio, and the level over time."""
        from voicecoach.tracks.levels import levels

        return levels(self.samples, self.sr, self.ipus, self.intensity)

    @cached_property
    def decay(self) -> "Decay":
        """How fast sound dies away at the falls of the voice, s for 60 dB."""
        from voicecoach.tracks.decay import decay

        return decay(self.wave16, 16000, self.ipus)

    @cached_property
    def envelopes(self) -> "Envelopes":
        """Smooth spectral envelopes of voiced speech, 0-4000 Hz."""
        from voicecoach.tracks.envelopes import envelopes

        return envelopes(self.wave16, 16000, self.f0, self.ipus)

    @cached_property
    def harmonicity(self) -> FloatArray:
        """Harmonics-to-noise ratio, dB, at the frames of ``f0``; NaN where unvoiced."""
        from voicecoach.tracks.harmonicity import harmonicity

        return harmonicity(self.wave16, 16000, self.f0)

    @cached_property
    def formants(self) -> "Formants":
        """F1-F4 of voiced speech frames, Hz."""
        from voicecoach.tracks.formants import formants

        return formants(self.wave16, 16000, self.f0, self.ipus)

    @cached_property
    def ltas(self) -> "Ltas":
        """Long-term average spectrum of voiced speech, dB by frequency."""
        from voicecoach.tracks.ltas import ltas

        return ltas(self.wave16, 16000, self.f0, self.ipus)

    @cached_property
    def manner(self) -> "Manner":
        """Figures of how the voice is used: pitch, its movement, level dynamics, brightness, openness."""
        from voicecoach.tracks.manner import manner

        return manner(
            self.f0, self.ipus, self.intensity, self.envelopes, self.formants, self.ltas, self.capture.telephone
        )

    @cached_property
    def company(self) -> "Company":
        """Who and what else is heard on the channel: a second voice, music, people talking behind."""
        from voicecoach.tracks.company import company

        return company(self.wave16, 16000, self.f0, self.intensity, self.ipus, self.envelopes, self.decay)


class _CallableModule(ModuleType):
    """Lets ``voicecoach.tracks(recording).f0`` be said although ``voicecoach.tracks`` is this package.

    Importing any module of the package binds ``voicecoach.tracks`` to the package (the import system does so, last),
    over any function of that name: which of the two one got would depend on what was imported before. A module whose
    class can be called is both at once, whatever the order. Python's reference allows it ("Customizing module
    attribute access"), and PEP 713, which wished for ``__call__`` in modules, was declined as this does as well.
    """

    def __call__(self, recording: Recording, settings: Settings = DEFAULT) -> Tracks:
        """The tracks of a recording."""
        return Tracks(recording, settings)


sys.modules[__name__].__class__ = _CallableModule
