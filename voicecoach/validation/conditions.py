"""What a recording is put through before it is measured: lines, noises, rooms. Made on the fly, always the same."""

from voicecoach import manipulation
from voicecoach.recording import Recording, from_array

CLEAN = "clean"
TELEPHONE = "telephone"

# name: changes as voicecoach.manipulation.apply reads them; the last number of a noise is its seed
CONDITIONS = {
    CLEAN: "",
    TELEPHONE: "telephone",
    "GSM": "telephone | coded:gsm",
    **{
        f"{kind} {snr} dB": f"add_noise:{snr}:{kind}:1"
        for kind in ("white", "pink", "babble")
        for snr in (20, 15, 10, 5)
    },
    "room 0.5 s": "reverberate:0.5:1",
}
NOISY = tuple(name for name in CONDITIONS if name.endswith(" dB"))
EVERY = tuple(CONDITIONS)


def heard(recording: Recording, condition: str) -> Recording:
    """The recording under a condition of :data:`CONDITIONS`, or under changes spelled out (``"gain:-6"``).

    Raises
    ------
    ValueError    neither
    """
    spec = CONDITIONS.get(condition, condition)
    if not spec:
        return recording
    samples, sr = manipulation.apply(spec, recording.samples, recording.sr)
    peak = max(1.0, float(abs(samples).max()))  # a mixer turned down, not clipped: the level is no truth here
    return from_array(samples / peak, sr, name=recording.name)
