"""The harmonized table of events: schema, files, validator, report."""
