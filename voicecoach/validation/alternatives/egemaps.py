"""openSMILE's eGeMAPS features with a classifier on top, as emotion is usually told from a voice."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt

from voicecoach.recording import Recording
from voicecoach.timeline import FloatArray

Sound = Sequence[tuple[npt.NDArray[np.float32], int]]
NAME = "openSMILE eGeMAPS"
PENALTY = 0.1  # scikit-learn's C: many features, few takes


def features(recordings: Sequence[Recording]) -> FloatArray | None:
    """The 88 functionals of eGeMAPSv02 of each recording, shape (n, 88); None where the library does not run.

    In a process of its own: openSMILE's native part brings the whole process down on some systems.

    References
    ----------
    Eyben et al. (2016). The Geneva Minimalistic Acoustic Parameter Set (GeMAPS) for voice research and affective
    computing. IEEE Transactions on Affective Computing 7:190-202.
    """
    return apart(functionals, [(recording.samples, recording.sr) for recording in recordings])


def apart(work: Callable[[Sound], FloatArray], given: Sound) -> FloatArray | None:
    """``work(given)``, done in another process; None where that dies."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(work, given).result()
        except BrokenProcessPool:
            return None


def functionals(sounds: Sound) -> FloatArray:
    """As :func:`features`, in this process."""
    import opensmile

    smile = opensmile.Smile(feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level="functionals")
    return np.array([np.asarray(smile.process_signal(x, sr), np.float64).ravel() for x, sr in sounds])


def less_own_neutral(found: FloatArray, speakers: npt.NDArray[np.str_], neutral: npt.NDArray[np.bool_]) -> FloatArray:
    """Features less the mean of the speaker's other neutral takes, shape (n, m).

    Examples
    --------
    >>> less_own_neutral(np.array([[1.0], [3.0], [7.0]]), np.array(["a"] * 3), np.array([True, True, False])).tolist()
    [[-2.0], [2.0], [5.0]]
    """
    rows = np.arange(len(found))
    origin = [found[(speakers == speakers[k]) & neutral & (rows != k)].mean(axis=0) for k in rows]
    return np.asarray(found - np.array(origin))


def left_one_out(found: FloatArray, wanted: npt.NDArray[np.bool_], speakers: npt.NDArray[np.str_]) -> FloatArray:
    """Log odds of being wanted by logistic regression trained on the other speakers, shape (n,)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scores = np.zeros(len(found))
    for one in np.unique(speakers):
        out = speakers == one
        machine = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=5000))
        scores[out] = machine.fit(found[~out], wanted[~out]).decision_function(found[out])
    return scores
