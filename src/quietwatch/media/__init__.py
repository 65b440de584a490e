"""Footage to frames: probe and decode with PyAV; stills as footage of one picture or many."""
