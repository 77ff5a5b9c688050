"""One second of noise through a tool, to see whether it runs here: ``python -m … TOOL``."""

import sys

import numpy as np

from voicecoach.validation.alternatives import egemaps, pyloudnorm_meter, webrtc

SR = 16000


def main(tool: str) -> None:
    """Run it; whatever it raises goes up, and a crash ends the process."""
    noise = (0.1 * np.random.default_rng(0).standard_normal(SR)).astype(np.float32)
    if tool == "webrtcvad":
        webrtc.speech(noise, SR)
    elif tool == "pyloudnorm":
        pyloudnorm_meter.integrated(noise[:, None], SR)
    elif tool == egemaps.NAME:
        egemaps.functionals([(noise, SR)])
    else:
        raise SystemExit(f"no trial for {tool}")


if __name__ == "__main__":
    main(sys.argv[1])
