"""The two stages of the pipeline on one page.

`analyze` is dear: one pass over the pixels of a clip, to tracks. `decide` is cheap: tracks and
rules to events. A stage's version is raised when its output changes; tests/golden holds it to that.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from quietwatch import names
from quietwatch.config import JudgeSettings, MediaSettings, VisionSettings
from quietwatch.judge.decide import Decision
from quietwatch.judge.decide import decide as judge_track
from quietwatch.media.opening import open_media
from quietwatch.media.reader import MediaInfo, Reader
from quietwatch.model import Analysis, Box, Clip, Event, Note, NoteCode, Summary, Track
from quietwatch.pipeline.runners.base import Tick
from quietwatch.store.pack import PackWriter
from quietwatch.vision.analyze import Analyzer, Update
from quietwatch.vision.collect import Collector
from quietwatch.vision.detector import Detector
from quietwatch.vision.look import Looker
from quietwatch.vision.still import look_at_still

ANALYZE_VERSION: Final = 2
DECIDE_VERSION: Final = 2

_TINY = 16  # pixels across or down
_PATH_POINTS = 64  # of an event's path in the table


def analyze(
    files: tuple[Path, ...],
    detector: Detector,
    media: MediaSettings,
    vision: VisionSettings,
    pack: PackWriter,
    tick: Tick,
    state: bytes | None = None,
    offset: float = 0.0,
) -> None:
    """Follow everything in one clip and write what was seen.

    Args:
        files: the clip: one file, or the numbered stills of one clip in order.
        detector: names what is seen.
        media: bounds on what is decoded.
        vision: how closely is looked.
        pack: takes what was seen as it becomes known.
        tick: told of every frame that was taken.

    Raises:
        InputError: the footage is unusable.
        StorageError: the pack can't be written.
    """
    with open_media(files, media) as reader:
        watch = _watch_still if reader.info.lone_still else _watch_stream
        watched = watch(reader, detector, vision, pack, tick)
        info = reader.info
        pack.finish(
            Summary(
                version=ANALYZE_VERSION,
                model=detector.model_id,
                container=info.container,
                codec=info.codec,
                width=info.width,
                height=info.height,
                duration=reader.duration,
                recorded=info.recorded,
                lone_still=info.lone_still,
                frames=watched.frames,
                looked=watched.looked,
                looks=watched.looks,
                notes=(*_size_notes(info), *reader.notes),
                noise=watched.noise,
            ),
            watched.state,
        )


@dataclass(frozen=True, slots=True)
class _Watched:
    """What it took to watch a clip, as `Summary` has it, and the state at its end."""

    frames: int
    looked: int
    looks: int
    noise: int
    state: bytes


def _size_notes(info: MediaInfo) -> tuple[Note, ...]:
    if min(info.width, info.height) >= _TINY:
        return ()
    size = f"{info.width} x {info.height}"
    why = f"nothing can be told in a picture of {size} pixels; check the camera's settings"
    return (Note(NoteCode.TINY_PICTURE, why),)


def _watch_stream(
    reader: Reader, detector: Detector, vision: VisionSettings, pack: PackWriter, tick: Tick
) -> _Watched:
    analyzer, collector, frames = Analyzer(detector, vision), Collector(), 0
    for frame in reader.frames():
        for track, snapshot in collector.take(analyzer.step(frame), frame):
            pack.add(track, snapshot)
        frames += 1
        tick(frame.seconds, reader.info.duration)
    for track, snapshot in collector.finish():
        pack.add(track, snapshot)
    return _Watched(frames, analyzer.looked, analyzer.looks, collector.noise, analyzer.save())


def _watch_still(
    reader: Reader, detector: Detector, vision: VisionSettings, pack: PackWriter, tick: Tick
) -> _Watched:
    looker, collector = Looker(detector, vision.look_score), Collector(still=True)
    for frame in reader.frames():
        update = Update(look_at_still(frame, looker))
        for track, snapshot in collector.take(update, frame):
            pack.add(track, snapshot)
        tick(frame.seconds, reader.info.duration)
    for track, snapshot in collector.finish():
        pack.add(track, snapshot)
    return _Watched(1, 1, looker.looks, collector.noise, b"")


@dataclass(frozen=True, slots=True)
class Decided:
    events: tuple[Event, ...]
    state: bytes


def decide(
    clip: Clip,
    analysis: Analysis,
    source: str,
    settings: JudgeSettings,
    before: bytes | None = None,
) -> Decided:
    """Judge every track of a clip.

    Args:
        clip: what was analyzed, with its place in time.
        analysis: what was seen in it.
        source: path or URL of the clip as given.
        settings: what is watched for.
    """
    shown = {snapshot.track: snapshot.box for snapshot in analysis.snapshots}
    aspect = analysis.summary.width / analysis.summary.height
    events = []
    for track in analysis.tracks:
        decision = judge_track(track, aspect, settings)
        box = shown.get(track.ordinal) or _middle_box(track)
        events.append(_event(clip, analysis.summary, track, source, decision, box))
    return Decided(tuple(events), b"")


def _event(
    clip: Clip, summary: Summary, track: Track, source: str, decision: Decision, box: Box
) -> Event:
    start_s, end_s = round(float(track.times[0]), 3), round(float(track.times[-1]), 3)
    identity = names.event_id(clip.camera, clip.sha256, float(track.times[0]), track.ordinal)
    return Event(
        event_id=identity,
        incident_id=identity,
        revision=decision.revision,
        camera=clip.camera,
        source=source,
        start=clip.start + timedelta(seconds=start_s),
        end=clip.start + timedelta(seconds=end_s),
        start_s=start_s,
        end_s=end_s,
        alarm_s=None if decision.alarm_s is None else round(decision.alarm_s, 3),
        judgement=decision.judgement,
        box=box,
        path=_path(track),
        footage=clip.sha256,
        footage_path=names.clip_path(clip),
        track=track.ordinal,
        model=summary.model,
        analyze_version=summary.version,
        decide_version=DECIDE_VERSION,
    )


def _middle_box(track: Track) -> Box:
    """Where a track without a picture was at its middle observation."""
    x1, y1, x2, y2 = (round(float(part), 6) for part in track.boxes[len(track) // 2])
    return x1, y1, x2, y2


def _path(track: Track) -> tuple[tuple[float, float], ...]:
    """The middles of the boxes, evenly thinned to at most `_PATH_POINTS`."""
    middles = (track.boxes[:, :2] + track.boxes[:, 2:]) / 2
    count = min(len(middles), _PATH_POINTS)
    chosen = [round(index * (len(middles) - 1) / max(count - 1, 1)) for index in range(count)]
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in middles[chosen])
