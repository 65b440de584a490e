"""Perception: frames in, track updates out. The same object serves a file and a live camera."""
