"""The stage `decide` over folders."""

from collections.abc import Iterator
from pathlib import Path

from quietwatch.config import Settings
from quietwatch.errors import ConfigError, InvalidName, RecordDamaged
from quietwatch.events.table import parquet_bytes
from quietwatch.judge.incidents import join
from quietwatch.model import Clip, Summary
from quietwatch.names import DEFAULT_TENANT, clip_hour, clip_path, read_clip_path
from quietwatch.pipeline import stages
from quietwatch.pipeline.event_texts import EventTexts
from quietwatch.pipeline.folders.base import PACK, Folders, Outcome, named, reading
from quietwatch.pipeline.memory.recall import Memories
from quietwatch.pipeline.memory.shelf import InFolder
from quietwatch.pipeline.tuning import Tuning
from quietwatch.store.files import open_stored, write_whole
from quietwatch.store.pack import PackReader


class DecideFolder(Folders):
    """The stage `decide`: the events of each hour of a camera as one Parquet file.

    It lies at site/camera/YYYY/MM/DD/YYYYMMDDTHH.parquet, and has the events that began in clips
    which start in that hour, joined to incidents among themselves.

    Args:
        analysis: the packs that `AnalyzeFolder` wrote, or those of the repo `analysis`, which have
            no .zip behind the clip's path.
        out: gets the events.
        rules: `default.json` and site/camera.json, as in `tuning`; defaults if None.
        memory: files of the repo `memory`; nothing is known if None. It is read, not written.
        tenant: whose footage it is.
    """

    def __init__(
        self,
        analysis: Path,
        out: Path,
        rules: Path | None = None,
        memory: Path | None = None,
        tenant: str = DEFAULT_TENANT,
    ) -> None:
        super().__init__(analysis, out)
        self._memories = Memories(InFolder(memory))
        self._tuning = Tuning(reading(None), reading(rules), Settings())
        self._tenant = tenant

    def run(self) -> Iterator[Outcome]:
        """Decide everything.

        Raises:
            ConfigError: what holds for all cameras is wrong. If that is so of one camera's own
                rules, its clips can't be used. StorageError: a folder can't be read or written.
        """
        for paths in self.hours():
            states: dict[str, bytes] = {}
            events = EventTexts()
            judged = None
            for path in paths:
                try:
                    judged = self._decide(path, states, events)
                except (InvalidName, RecordDamaged) as error:
                    yield self.reject(path, error)
                except ConfigError as error:
                    _ = self._tuning.default  # raises if it is not the camera's own
                    yield self.reject(path, error)
                else:
                    yield Outcome(path)
            if judged is not None:
                gap = self._tuning.of(judged.camera).judge.incident_gap
                target = self.target(f"{clip_hour(clip_path(judged))}.parquet")
                write_whole(target, parquet_bytes(join(events, gap)))

    def _decide(self, path: str, states: dict[str, bytes], events: EventTexts) -> Clip:
        """Judge one clip, from the state after the one before it; gives the clip."""
        with open_stored(self.source / path) as file, PackReader(file) as pack:
            analysis = pack.analysis()
            clip = self._clip(path, analysis.summary)
            rules = self._tuning.of(clip.camera).judge
            before = states.get(analysis.summary.link.before)
            known = self._memories.of(clip, rules)
            decided = stages.decide(clip, analysis, clip_path(clip), rules, before, known)
        states[clip.sha256] = decided.state
        events.update(decided.events)
        return clip

    def _clip(self, path: str, summary: Summary) -> Clip:
        """The clip that a pack is of."""
        of = path.removesuffix(PACK)
        camera, start = read_clip_path(of, self._tenant)
        if not summary.link.footage:
            raise RecordDamaged("an older Quietwatch made this analysis; analyze its footage again")
        clip = Clip(
            camera=camera,
            sha256=summary.link.footage,
            size=0,  # nobody asks
            start=start,
            start_from="recorder",
            duration=summary.duration,
            width=summary.width,
            height=summary.height,
            codec=summary.codec,
            extension=of.rpartition(".")[2],
        )
        return named(of, clip)
