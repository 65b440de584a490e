"""The systems that are compared on the same clips: Quietwatch itself, and what there was before."""
