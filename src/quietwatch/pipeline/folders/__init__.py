"""The stages over folders: what `quietwatch stage` does, whoever calls it.

Folders in, one folder out. Nothing else is read or written, and nothing that is written tells when,
where or by whom. Paths in and out begin with site/camera/YYYY/MM/DD, and no stream is longer than
an hour of a camera: so the hours give the same bytes together, one by one, and on other machines.
"""

from quietwatch.pipeline.folders.analyze import AnalyzeFolder, Detectors
from quietwatch.pipeline.folders.base import Outcome
from quietwatch.pipeline.folders.decide import DecideFolder

__all__ = ["AnalyzeFolder", "DecideFolder", "Detectors", "Outcome"]
