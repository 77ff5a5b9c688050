"""Tone of voice: energy and warmth as far as they can be heard in pitch, brightness, dynamics and resonances.

Acoustics only, never a feeling: an index of how lively and unforced a voice is. See ``tone_model`` for its terms and
``smile`` for the resonances.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from voicecoach.measures.smile import smile_shift
from voicecoach.measures.tone_model import ToneModel, model
from voicecoach.results import Evidence, Fact, Measurement, missing
from voicecoach.timeline import FloatArray, Spans

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.envelopes import Envelopes
    from voicecoach.tracks.formants import Formants
    from voicecoach.tracks.manner import Manner

DRAWS, SEED = 200, 4
FEW = 3  # stretches; fewer cannot be resampled
ENOUGH_S = 0.3  # s of voice; less has no figures
SMILE_MOST = 8.0  # %; beyond it the smile shift is an error
SHORT_ERRORS = {"formant": 60.0, "level": 0.9, "alpha": 2.2}  # Hz, dB, dB; between takes of 2 s (fit_tone.py)
TEXT_ERROR = 0.03  # of a formant's median, between texts (science: e2)
BRIGHTNESS_ERROR = 0.7  # dB; of brightness between texts of 17 s (science: d3)
WINDOW = 4  # stretches judged together when moments are looked for
DISTINCT = 0.6  # of the index; moments must differ from the whole by this


def tone_index(
    manner: "Manner", envelopes: "Envelopes", ipus: Spans, capture: "Capture", baseline: "Baseline | None" = None
) -> Measurement:
    """How lively and unforced the voice is [z]: 0 is plain neutral speech, 2 the most.

    index = 2 tanh(energy / 1.5) - penalty for force, as in ``tone_model``. With a baseline, energy and force are
    counted from the speaker's own neutral voice and hold pitch level and smile shift as well; without one, from
    Mandarin speakers at large: then only what does not depend on whose voice it is (pitch range and movement,
    dynamics) and, a little, brightness.

    Parameters
    ----------
    manner : Manner
    envelopes : Envelopes
    ipus : tuple of Span     s
    capture : Capture
    baseline : Baseline or None    of another channel (telephone or not) it is not used

    Returns
    -------
    Measurement
        z. Evidence: the liveliest and the flattest ten seconds or so (``tone_lively``, ``tone_flat``) where they
        stand out. Facts: ``against`` "own" or "population"; the contribution of each term, ``energy_…``, ``force_…``.
        Missing (``too_little_voice``) under 0.3 s of voice.

    Notes
    -----
    Checked on acted German speech (five actors, takes of 2 s) only; the figures stand in ``tone_index.json``. That it
    means friendliness in Mandarin is untested. Tones widen Mandarin pitch movement, so the population is Mandarin;
    fast speech moves pitch faster, and reads as livelier without a baseline.
    ``sd``: bootstrap over stretches of speech, and the spread among neutral recordings: of the same voice with a
    baseline, of other speakers without.

    References
    ----------
    See ``voicecoach/measures/tone_model.py``, by term.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> tone_index(SimpleNamespace(counts=np.zeros((0, 10))), None, (), None).reason
    'too_little_voice'
    """
    voiced_s = 0.01 * float(manner.counts[:, 0].sum()) if len(manner.counts) else 0.0
    if voiced_s < ENOUGH_S or not len(envelopes.times):
        return missing("z", "too_little_voice", found=voiced_s, need=ENOUGH_S)
    if baseline is not None and baseline.channel != ("telephone" if capture.telephone else "wideband"):
        baseline = None
    own = baseline is not None
    fit = model("relative" if own else "population")
    origin = baseline.manner if baseline is not None else {}
    figures = tone_figures(manner, envelopes, ipus, capture, baseline)
    smile = {name: figures[name] for name in ("smile",) if name in figures}
    value = float(fit.index(figures))
    sampling = fit.short_error
    if len(manner.sums) >= FEW:
        draws = fit.index(_from(manner.drawn(_drawings(len(manner.sums))), origin, own) | smile)
        sampling = min(sampling, float(np.std(draws[np.isfinite(draws)]))) if np.isfinite(draws).any() else sampling
    return Measurement(
        value,
        "z",
        sd=float(np.hypot(sampling, fit.error)),
        evidence=_moments(manner, fit, origin, own, smile, value),
        facts=_told(fit, figures, own),
    )


def tone_figures(
    manner: "Manner", envelopes: "Envelopes", ipus: Spans, capture: "Capture", baseline: "Baseline | None"
) -> dict[str, float]:
    """What the index is made of: the figures of manner; counted from the baseline, with the smile shift [%], if any.

    Parameters
    ----------
    manner, envelopes, ipus, capture    as in :func:`tone_index`
    baseline : Baseline or None         of the same channel

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> tone_figures(SimpleNamespace(figures=lambda: {"alpha": -9.0}), None, (), None, None)
    {'alpha': -9.0}
    """
    if baseline is None:
        return dict(manner.figures())
    figures = _from(manner.figures(), baseline.manner, True)
    shift = smile_shift(envelopes, ipus, capture, baseline).value
    return figures if shift is None else figures | {"smile": float(np.clip(shift, -SMILE_MOST, SMILE_MOST))}


def formant_f1(formants: "Formants", capture: "Capture") -> Measurement:
    """Median of the first formant, F1 [Hz]: higher with an open mouth and with effort. For information.

    Parameters
    ----------
    formants : Formants
    capture : Capture

    Returns
    -------
    Measurement
        Hz; ``sd``: from 1.5 s blocks, and 3 % between texts. Missing: ``telephone_band``, whose edge passes for a
        formant; ``too_little_voice`` under 0.3 s of it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from voicecoach.tracks.formants import Formants
    >>> vowel = Formants(np.arange(40) / 40, np.tile([600.0, 1500.0, 2500.0, 3500.0], (40, 1)))
    >>> formant_f1(vowel, SimpleNamespace(telephone=False)).value
    600.0
    """
    return _formant(formants, capture, 1)


def formant_f2(formants: "Formants", capture: "Capture") -> Measurement:
    """Median of the second formant, F2 [Hz]: the one that spread lips raise most. For information.

    As :func:`formant_f1`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from voicecoach.tracks.formants import Formants
    >>> vowel = Formants(np.arange(40) / 40, np.tile([600.0, 1500.0, 2500.0, 3500.0], (40, 1)))
    >>> formant_f2(vowel, SimpleNamespace(telephone=False)).value
    1500.0
    """
    return _formant(formants, capture, 2)


def formant_f3(formants: "Formants", capture: "Capture") -> Measurement:
    """Median of the third formant, F3 [Hz]: spread lips raise it a little. For information.

    As :func:`formant_f1`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> formant_f3(None, SimpleNamespace(telephone=True)).reason
    'telephone_band'
    """
    return _formant(formants, capture, 3)


def level_dynamics(manner: "Manner") -> Measurement:
    """Standard deviation of the level of voiced frames [dB]: how much the voice presses and lets go.

    Returns
    -------
    Measurement    dB; ``sd`` by bootstrap over stretches. Missing (``too_little_voice``) under 0.3 s of voice.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> second = SimpleNamespace(
    ...     counts=np.full((1, 10), 100.0), sums=np.zeros((1, 10)), figures=lambda: {"level_sd": 5.5})
    >>> level_dynamics(second).value
    5.5
    """
    return _figure(manner, "level_sd", "level", 0.0)


def brightness(manner: "Manner") -> Measurement:
    """Alpha ratio of voiced frames [dB]: level of 1000-3400 Hz over that of 300-1000 Hz, pause noise taken out.

    A pressed or lively voice is brighter, and so is a brighter microphone: compare within one headset only.

    Returns
    -------
    Measurement
        dB; ``sd``: bootstrap over stretches, and 0.7 dB between texts. Missing as in :func:`level_dynamics`.

    References
    ----------
    Frøkjaer-Jensen & Prytz (1976); Eyben et al. (2016), GeMAPS, with bands inside the telephone's.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> second = SimpleNamespace(
    ...     counts=np.full((1, 10), 100.0), sums=np.zeros((1, 10)), figures=lambda: {"alpha": -14.0})
    >>> brightness(second).value
    -14.0
    """
    return _figure(manner, "alpha", "alpha", BRIGHTNESS_ERROR)


def _formant(formants: "Formants", capture: "Capture", number: int) -> Measurement:
    """Median of one formant; ``sd``: that of 1.5 s means over the root of their number, and 3 % between texts."""
    if capture.telephone:
        return missing("Hz", "telephone_band")
    value = formants.median(number)
    found = formants.hz[:, number - 1]
    found = found[np.isfinite(found)]
    if not np.isfinite(value) or 0.025 * len(found) < ENOUGH_S:
        return missing("Hz", "too_little_voice", found=0.025 * len(found), need=ENOUGH_S)
    blocks = np.array_split(found, max(1, len(found) // 60))
    sampling = SHORT_ERRORS["formant"]
    if len(blocks) >= FEW:
        sampling = float(np.std([b.mean() for b in blocks], ddof=1) / np.sqrt(len(blocks)))
    return Measurement(value, "Hz", float(np.hypot(sampling, TEXT_ERROR * value)))


def _figure(manner: "Manner", name: str, short: str, error: float) -> Measurement:
    """One of the figures of manner as a measurement in dB."""
    voiced_s = 0.01 * float(manner.counts[:, 0].sum()) if len(manner.counts) else 0.0
    value = manner.figures().get(name)
    if voiced_s < ENOUGH_S or value is None:
        return missing("dB", "too_little_voice", found=voiced_s, need=ENOUGH_S)
    sampling = SHORT_ERRORS[short]
    if len(manner.sums) >= FEW:
        sampling = min(sampling, float(np.nanstd(manner.drawn(_drawings(len(manner.sums)))[name])))
    return Measurement(value, "dB", float(np.hypot(sampling, error)))


def _from(figures: Mapping[str, Any], origin: Mapping[str, float], own: bool) -> dict[str, Any]:
    """Figures counted from the speaker's own, where there is a baseline."""
    if not own:
        return dict(figures)
    return {name: value - origin[name] for name, value in figures.items() if name in origin}


def _drawings(count: int) -> FloatArray:
    """How often each of ``count`` stretches is in each bootstrap sample, shape (200, count)."""
    chance = np.random.default_rng(SEED)
    return chance.multinomial(count, np.full(count, 1 / count), size=DRAWS).astype(float)


def _told(fit: ToneModel, figures: Mapping[str, Any], own: bool) -> dict[str, Fact]:
    """What each term gave, in units of energy or force."""
    told: dict[str, Fact] = {"against": "own" if own else "population"}
    for kind in ("energy", "force"):
        for name, value in fit.terms(figures, kind).items():
            told[f"{kind}_{name}"] = round(float(np.asarray(value).ravel()[0]), 2)
    return told


def _moments(
    manner: "Manner",
    fit: ToneModel,
    origin: Mapping[str, float],
    own: bool,
    smile: Mapping[str, float],
    value: float,
) -> tuple[Evidence, ...]:
    """The liveliest and the flattest run of four stretches, where they stand out from the whole."""
    count = len(manner.sums) - WINDOW + 1
    if count < WINDOW:
        return ()
    runs = sum(np.eye(count, len(manner.sums), k) for k in range(WINDOW))
    index = fit.index(_from(manner.drawn(np.asarray(runs)), origin, own) | dict(smile))
    index = np.where(np.isfinite(index), index, value)
    most, least = int(index.argmax()), int(index.argmin())
    found = []
    if index[most] - value >= DISTINCT:
        found.append(Evidence(manner.spans[most].start, manner.spans[most + WINDOW - 1].end, "tone_lively"))
    if value - index[least] >= DISTINCT:
        found.append(Evidence(manner.spans[least].start, manner.spans[least + WINDOW - 1].end, "tone_flat"))
    return tuple(sorted(found, key=lambda e: e.start))
