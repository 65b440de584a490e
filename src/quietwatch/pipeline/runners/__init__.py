"""Runners differ only in where a task is executed."""
