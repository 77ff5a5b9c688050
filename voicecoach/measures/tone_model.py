"""The tone index as arithmetic: figures of the voice → energy, force → index. Its numbers stand in tone_index.json.

Energy is what lively, warm speech has more of: pitch level, pitch movement, level dynamics, brightness. Shouting has
it too; so what shouting has more of than liveliness (brightness beyond measure, open F1, little pitch movement for
it) is counted as force, and force takes from the index. Each term has one direction, known from the literature:

============ ========= ==============================================================================================
f0_mean      energy +  Tartter 1980; Juslin & Laukka 2003; Li & Wang 2004 (friendly Mandarin: pitch above all)
f0_sd        energy +  Juslin & Laukka 2003; Sharf & Lehman 1984 (telephone interviewers). force -
f0_speed     energy +  Hincks & Edlund 2009 (liveliness); in the telephone's favour: needs no level, no spectrum
level_sd     energy +  Juslin & Laukka 2003
alpha        energy +  Eyben et al. 2016; Juslin & Laukka 2003
smile        energy +  Tartter 1980; Arias et al. 2018
centroid     force +   Traunmüller & Eriksson 2000 (spectral emphasis grows with vocal effort)
f1           force +   Traunmüller & Eriksson 2000 (the mouth opens with vocal effort)
============ ========= ==============================================================================================
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, cast

import numpy as np

from voicecoach.timeline import FloatArray


@dataclass(frozen=True)
class ToneModel:
    """One way to the index. Figures are counted from ``centre`` in steps of ``scale`` (z).

    Attributes
    ----------
    centre, scale : Mapping[str, float]    by figure
    energy, force : Mapping[str, float]    weights of z; their signs are the known directions
    full : float                           energy of which tanh(1) of the whole is reached
    penalty : float                        what force may take from the index, 0 to 2
    force_from, force_width : float        force at which half of the penalty is taken, and how gradually
    error : float                          standard deviation of the index among neutral recordings
    short_error : float                    the same for takes of two seconds
    """

    centre: Mapping[str, float]
    scale: Mapping[str, float]
    energy: Mapping[str, float]
    force: Mapping[str, float]
    full: float
    penalty: float
    force_from: float
    force_width: float
    error: float
    short_error: float

    def terms(self, figures: Mapping[str, Any], kind: str) -> dict[str, FloatArray]:
        """Weight times z of each figure of ``kind`` ("energy" or "force").

        A figure that is missing gives its weight to the others of its sign.
        """
        weights: Mapping[str, float] = getattr(self, kind)
        there = {name: w for name, w in weights.items() if name in figures}
        found = {}
        for name, w in there.items():
            same = sum(v for v in weights.values() if v * w > 0) / sum(v for v in there.values() if v * w > 0)
            z = (np.asarray(figures[name], float) - self.centre.get(name, 0.0)) / self.scale[name]
            found[name] = w * same * z
        return found

    def index(self, figures: Mapping[str, Any]) -> FloatArray:
        """2 tanh(energy / full) - penalty / (1 + exp(-(force - force_from) / force_width)), from -3 to 2.

        Examples
        --------
        >>> plain = model("relative")
        >>> bool(abs(plain.index(dict.fromkeys(plain.scale, 0.0))) < 0.01)
        True
        """
        energy = sum(self.terms(figures, "energy").values(), np.float64(0))
        force = sum(self.terms(figures, "force").values(), np.float64(0))
        taken = self.penalty / (1 + np.exp(-np.clip((force - self.force_from) / self.force_width, -50, 50)))
        return np.asarray(2 * np.tanh(energy / self.full) - taken)


@cache
def model(name: str) -> ToneModel:
    """``"relative"``: against the speaker's own neutral voice; ``"population"``: against Mandarin speakers."""
    return ToneModel(**_stored()[name])


def left_out(recordings: str, speaker: str) -> ToneModel:
    """``"relative"`` as fitted without a speaker: to be judged on somebody that the fit has not heard.

    Parameters
    ----------
    recordings : str    name of the set that the speaker belongs to
    speaker : str

    Returns
    -------
    ToneModel    the shipped one for every speaker that it was not fitted on

    Examples
    --------
    >>> left_out("some other set", "03") == model("relative")
    True
    >>> left_out("de_emodb", "03") == model("relative")
    False
    """
    fitted = _stored()["left_out"]
    known = fitted["speakers"] if recordings == fitted["set"] else {}
    return replace(model("relative"), **known.get(speaker, {}))


def _stored() -> dict[str, Any]:
    text = files("voicecoach.measures").joinpath("tone_index.json").read_text(encoding="utf-8")
    return cast(dict[str, Any], json.loads(text))
