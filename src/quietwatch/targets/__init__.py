"""The same pipeline compiled for other engines."""
