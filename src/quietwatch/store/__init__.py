"""Where results live: a local folder of whole files, written in one step or not at all."""
