"""Pachyderm 2.12: both stages as pipeline specs, and the loop that runs them inside a worker.

`spec` says what a spec may hold, `compile` what ours hold; `worker` runs in the container. Why
things stand in a spec as they do is told in docs/design/009-engine.md.
"""
