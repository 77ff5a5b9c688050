"""Pure functions from tracks to a Measurement, one file a voice quality.

A measure's parameter names say which tracks it is handed (see :class:`voicecoach.tracks.Tracks`), as with
pytest fixtures; ``baseline`` is the speaker's own neutral voice, or None. Measures never open audio, never
import tracks, and never know what a good value is: that is the rubric's business.
"""
