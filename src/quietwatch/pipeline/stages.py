"""The two stages of the pipeline on one page.

`analyze` is dear: one pass over the pixels of a clip, to tracks. `decide` is cheap: tracks and
rules to events. Both take up a clip where they left off at the end of the one before it in its
stream. A stage's version is raised when its output changes; tests/golden holds it to that.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from quietwatch import names
from quietwatch.config import JudgeSettings, MediaSettings, VisionSettings
from quietwatch.judge.decide import Decision
from quietwatch.judge.decide import decide as judge_track
from quietwatch.judge.health import SceneDecision
from quietwatch.judge.health import decide as judge_scene
from quietwatch.judge.sightings import of_hour, sighting
from quietwatch.media.opening import open_media
from quietwatch.media.reader import MediaInfo, Reader
from quietwatch.media.veil import Veil
from quietwatch.model import (
    Analysis,
    Box,
    Camera,
    Clip,
    Event,
    Familiar,
    Link,
    Note,
    NoteCode,
    Polygon,
    Sighting,
    Summary,
    Track,
)
from quietwatch.pipeline.event_texts import EventTexts
from quietwatch.pipeline.growing import Growing, Memory, Place, Point, place_of
from quietwatch.pipeline.runners.base import Tick
from quietwatch.pipeline.surroundings import surroundings
from quietwatch.store.pack import PackWriter
from quietwatch.vision.analyze import Update
from quietwatch.vision.collect import Collector
from quietwatch.vision.detector import Detector
from quietwatch.vision.follow import Follower
from quietwatch.vision.look import Looker
from quietwatch.vision.still import look_at_still

ANALYZE_VERSION: Final = 7
DECIDE_VERSION: Final = 8

_TINY = 16  # pixels across or down


@dataclass(frozen=True, slots=True)
class Piece:
    """What is analyzed: a clip, and where its stream stood.

    Attributes:
        files: the clip: one file, or the numbered stills of one clip in order.
        footage: SHA-256 of the clip.
        offset: stream time of its first frame, seconds; 0 for the first clip of a stream.
        state: the state at the end of the clip before; None for the first clip of a stream.
        masks: what of its pictures nobody may see, polygons.
    """

    files: tuple[Path, ...]
    footage: str
    offset: float = 0.0
    state: bytes | None = None
    masks: tuple[Polygon, ...] = ()


def analyze(
    piece: Piece,
    detector: Detector,
    media: MediaSettings,
    vision: VisionSettings,
    pack: PackWriter,
    tick: Tick,
    second: Detector | None = None,
) -> None:
    """Follow everything in one clip and write what was seen.

    Args:
        piece: the clip.
        detector: names what is seen.
        media: bounds on what is decoded.
        vision: how closely is looked.
        pack: takes what was seen as it becomes known.
        tick: told of every frame that was taken.
        second: a better detector, for second looks at what is not sure; None takes none.

    Raises:
        InputError: the footage is unusable.
        RecordDamaged: the state can't be gone on from.
        StorageError: the pack can't be written.
    """
    with open_media(piece.files, media) as reader:
        if reader.info.lone_still:
            watched = _watch_still(reader, piece, detector, vision, pack, tick)
        else:
            follower = Follower(
                detector, vision, piece.footage, piece.offset, piece.state, second=second
            )
            watched = _watch_stream(reader, follower, Veil(piece.masks), pack, tick)
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
                link=watched.link,
                masks=piece.masks,
                second_model=second.model_id if second and vision.second_looks else "",
                second_looks=watched.second_looks,
            ),
            watched.state,
        )


@dataclass(frozen=True, slots=True)
class _Watched:
    """What it took to watch a clip, as `Summary` has it, and the state at its end."""

    frames: int
    looked: int
    looks: int
    second_looks: int
    noise: int
    link: Link
    state: bytes


def _size_notes(info: MediaInfo) -> tuple[Note, ...]:
    if min(info.width, info.height) >= _TINY:
        return ()
    size = f"{info.width} x {info.height}"
    why = f"nothing can be told in a picture of {size} pixels; check the camera's settings"
    return (Note(NoteCode.TINY_PICTURE, why),)


def _watch_stream(
    reader: Reader, follower: Follower, veil: Veil, pack: PackWriter, tick: Tick
) -> _Watched:
    frames = 0
    for frame in reader.frames():
        for track, snapshot in follower.take(veil.frame(frame)):
            pack.add(track, snapshot)
        frames += 1
        tick(frame.seconds, reader.info.duration)
    for track, snapshot in follower.pause():
        pack.add(track, snapshot)
    looks = follower.looks, follower.second_looks
    return _Watched(frames, follower.looked, *looks, follower.noise, follower.link, follower.save())


def _watch_still(
    reader: Reader,
    piece: Piece,
    detector: Detector,
    vision: VisionSettings,
    pack: PackWriter,
    tick: Tick,
) -> _Watched:
    looker, collector = Looker(detector, vision.look_score), Collector(still=True)
    veil = Veil(piece.masks)
    for frame in map(veil.frame, reader.frames()):
        update = Update(look_at_still(frame, looker))
        for track, snapshot in collector.take(update, frame):
            pack.add(track, snapshot)
        tick(frame.seconds, reader.info.duration)
    for track, snapshot in collector.finish():
        pack.add(track, snapshot)
    return _Watched(1, 1, looker.looks, 0, collector.noise, Link(piece.footage), b"")


@dataclass(frozen=True, slots=True)
class Decided:
    """What judging a clip gives.

    Attributes:
        events: what was seen in it, by number of the track: events that began in it, and what is
            known by now of those that began in an earlier clip of its stream and were seen again.
        pictured: ids of the events whose best picture so far is in the analysis of this clip (under
            the event's `track`).
        state: for the next clip of the stream.
        sightings: what was found in it and kept its place, whatever is thought of it.
    """

    events: EventTexts
    pictured: frozenset[str]
    state: bytes
    sightings: tuple[Sighting, ...] = ()


def decide(
    clip: Clip,
    analysis: Analysis,
    source: str,
    settings: JudgeSettings,
    before: bytes | None = None,
    known: tuple[Familiar, ...] = (),
) -> Decided:
    """Judge what was seen in a clip.

    Args:
        clip: what was analyzed, with its place in time.
        analysis: what was seen in it; its tracks are taken one by one.
        source: path or URL of the clip as given.
        settings: what is watched for.
        before: the state after the clip before; None for the first clip of a stream.
        known: what was known of the camera when the clip began.

    Raises:
        RecordDamaged: the state is damaged, of another version, or not of the clip before.
        AnalysisDamaged: a track can't be read.
    """
    summary, link = analysis.summary, analysis.summary.link
    memory = Memory.recall(before, clip.sha256, link)
    here = (clip.sha256, names.clip_path(clip), source, clip.start, link.offset, link.until)
    places = (*memory.recent, Place(*here))
    shown = {snapshot.track: snapshot.box for snapshot in analysis.snapshots}
    growing, events, pictured = dict(memory.growing), EventTexts(), set()
    aspect, around = summary.width / summary.height, surroundings(settings, clip, summary, known)
    origin, sightings = clip.start - timedelta(seconds=link.offset), list[Sighting]()
    for track in analysis.tracks:
        seen = sighting(track, origin)
        sightings += [] if seen is None else [seen]
        old = growing.get(track.ordinal)
        before_it = old.decision if old else None
        decision: Decision | SceneDecision
        if track.scene:
            was = before_it if isinstance(before_it, SceneDecision) else None
            decision = judge_scene(track, settings, was)
        else:
            so_far = before_it if isinstance(before_it, Decision) else None
            decision = judge_track(track, aspect, settings, so_far, around)
        old = old or Growing(place_of(places, decision.begun), decision)
        way, box = _middles(track), shown.get(track.ordinal, old.box)
        grown = Growing(old.place, decision, old.trail.extended(way), box)
        if track.ordinal in link.live:  # what has ended is remembered no more
            growing[track.ordinal] = grown
        path = old.trail.path(way)
        event = _event(clip.camera, memory.stream, summary, track, grown, path)
        events.add(event)
        if track.ordinal in shown:
            pictured.add(event.event_id)
    return Decided(
        events,
        frozenset(pictured),
        memory.after(clip.sha256, link, places, growing).dump(),
        of_hour(sightings),
    )


def _event(
    camera: Camera,
    stream: str,
    summary: Summary,
    track: Track,
    grown: Growing,
    path: tuple[Point, ...],
) -> Event:
    place, decision = grown.place, grown.decision
    first, last, alarm = decision.begun, decision.seconds, decision.alarm_s
    start_s, end_s = round(first - place.offset, 3), round(last - place.offset, 3)
    identity = names.event_id(camera, stream, first, track.ordinal)
    return Event(
        event_id=identity,
        incident_id=identity,
        revision=decision.revision,
        camera=camera,
        source=place.source,
        start=place.start + timedelta(seconds=start_s),
        end=place.start + timedelta(seconds=end_s),
        start_s=start_s,
        end_s=end_s,
        alarm_s=None if alarm is None else round(alarm - place.offset, 3),
        judgement=decision.judgement,
        box=grown.box or _middle_box(track),
        path=path,
        footage=place.footage,
        footage_path=place.path,
        track=track.ordinal,
        model=summary.model,
        analyze_version=summary.version,
        decide_version=DECIDE_VERSION,
    )


def _middle_box(track: Track) -> Box:
    """Where a track without a picture was at its middle observation."""
    x1, y1, x2, y2 = (round(float(part), 6) for part in track.boxes[len(track) // 2])
    return x1, y1, x2, y2


def _middles(track: Track) -> tuple[Point, ...]:
    """The middles of the boxes."""
    middles = (track.boxes[:, :2] + track.boxes[:, 2:]) / 2
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in middles)
