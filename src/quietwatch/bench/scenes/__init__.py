"""Scenes: labelled clips made from a seed, of real people on real backgrounds and of what is none.

A scene is a background, layers that each change the picture for a moment in time, and the truth.
"""
