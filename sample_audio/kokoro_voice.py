"""Mandarin speech from the Kokoro model (Apache-2.0), offline, one sentence at a time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

KOKORO_SR = 24000
STYLES = 510  # a voice file holds one 256-number style per sentence length


class Kokoro:
    """The loaded model, its vocabulary and the Chinese text front end.

    `folder` holds kokoro-v1.0.int8.onnx, vocab.json and voices/*.bin; see make_samples.py for how to fill it.
    """

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from misaki import zh

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # one thread: the same sums every time
        self._session = onnxruntime.InferenceSession(
            folder / "kokoro-v1.0.int8.onnx", options, providers=["CPUExecutionProvider"]
        )
        self._vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self._voices = folder / "voices"
        self._phonemes = zh.ZHG2P()

    def say(self, text: str, voice: str, speed: float) -> NDArray[np.float64]:
        """Speak one sentence: mono at 24 kHz, with the model's silence still around it.

        Raises ValueError if the text has a sound that the model does not know, rather than leaving it out.
        """
        phonemes = self._phonemes(text)
        phonemes = phonemes[0] if isinstance(phonemes, tuple) else phonemes
        unknown = sorted(set(phonemes) - set(self._vocabulary))
        if unknown:
            raise ValueError(f"{text}: the model has no sounds for {unknown}; reword the sentence")
        tokens = [self._vocabulary[c] for c in phonemes]
        styles = np.fromfile(self._voices / f"{voice}.bin", dtype=np.float32).reshape(STYLES, 256)
        (wave, *_) = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": styles[min(len(tokens), STYLES - 1)].reshape(1, 256),
                "speed": np.array([speed], dtype=np.float32),
            },
        )
        return np.asarray(wave.ravel(), dtype=np.float64)
