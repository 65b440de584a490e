"""How long things are kept: retention, the collection of what nobody needs, checks, erasure."""
