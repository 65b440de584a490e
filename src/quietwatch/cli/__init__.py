"""The command line: a verb a file, printing in one place."""
