"""Pure judgement: from a track to a verdict with reasons. No IO, no clock, no pictures."""
