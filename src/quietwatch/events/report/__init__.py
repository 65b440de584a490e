"""The report: one HTML file that needs nothing but itself."""

from quietwatch.events.report.choose import fitting
from quietwatch.events.report.fingerprint import says
from quietwatch.events.report.page import render
from quietwatch.events.report.value import Report, ReportClip

__all__ = ["Report", "ReportClip", "fitting", "render", "says"]
