"""The results as one HTML file that needs nothing but itself."""

from quietwatch.bench.page.page import render

__all__ = ["render"]
