"""What can be measured of a track, moment by moment, from that moment and earlier ones only.

`history` is a fold over the observations: each step costs the same however long the track is, and a
track that comes in parts gives what it gives as a whole. By theme: where it went (`travel`, and
`fold`, which joins all), its size and place (`shape`), what the detectors said (`scores`), what it
looks like (`appearance`), and what the picture around it did (`scene`).
"""

from quietwatch.judge.features.fold import Features, Step, history

__all__ = ["Features", "Step", "history"]
