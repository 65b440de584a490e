"""Where results live: whole files, written in one step or not at all."""
