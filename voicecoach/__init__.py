"""voicecoach: measure how a practice call sounds, and say what to do next."""

__version__ = "0.1.0"
