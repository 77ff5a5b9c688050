"""Recording a voice: an input device, a file that grows while it is recorded, and a meter to watch.

Conventions: a :class:`Microphone` gives blocks of 16-bit samples, one channel, about ten a second, at its own rate.
Nothing is filtered, gated or made louder: what arrives is what is written and, later, judged.

``open_microphone``   a device by name, or a recording that stands in for one (``file:PATH``)
``record``            from a microphone into a file, block by block, until somebody or something stops it
"""

from voicecoach.microphone.device import Block, Microphone
from voicecoach.microphone.session import Recorded, record
from voicecoach.microphone.wave_file import GrowingWave

__all__ = ["Block", "GrowingWave", "Microphone", "Recorded", "open_microphone", "record"]


def open_microphone(device: str | None = None) -> Microphone:
    """The microphone that ``device`` names.

    Parameters
    ----------
    device : str or None
        None: the system's default. A number or part of a name from :func:`voicecoach.microphone.portaudio.inputs`.
        ``file:PATH`` plays a recording at its own pace as if it were spoken into a microphone, ``file:PATH@20``
        twenty times as fast.

    Raises
    ------
    UsageError         no such device, or the name fits several
    MicrophoneError    no microphone, or what is needed to reach one is not installed
    RecordingError     ``file:``, and the file cannot be read
    """
    if device is not None and device.startswith("file:"):
        from voicecoach.microphone.played import played

        return played(device.removeprefix("file:"))
    from voicecoach.microphone.portaudio import input_device

    return input_device(device)
