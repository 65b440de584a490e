"""The stages, and the engine that brings results up to date with footage."""
