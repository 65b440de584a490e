from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.model import CLASSES, Detections
from quietwatch.vision.boxes import SAME, area, containment, iou, merge_finds, suppress

Row = tuple[float, float, float, float, float, int]
PERSON, VEHICLE = 0, 1


def detections(rows: list[Row]) -> Detections:
    """Finds from rows x1, y1, x2, y2, score, kind."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    return Detections(table[:, :4], table[:, 4], table[:, 5].astype(np.int64))


def rows(finds: Detections) -> list[list[float]]:
    table: list[list[float]] = np.column_stack([finds.boxes, finds.scores, finds.kinds]).tolist()
    return table


def shuffled(finds: Detections, random: Random) -> Detections:
    order = np.array(random.sample(range(len(finds)), len(finds)), dtype=np.int64)
    return Detections(finds.boxes[order], finds.scores[order], finds.kinds[order])


@st.composite
def row(draw: st.DrawFn) -> Row:
    # A coarse grid, so that boxes touch, coincide and lie in one another often.
    grid = st.integers(0, 10).map(lambda step: step / 10)
    x1, x2 = sorted((draw(grid), draw(grid)))
    y1, y2 = sorted((draw(grid), draw(grid)))
    score = draw(st.integers(0, 10)) / 10
    return x1, y1, x2, y2, score, draw(st.integers(0, len(CLASSES) - 1))


look = st.lists(row(), max_size=8).map(detections)
looks = st.lists(look, max_size=5)


@given(look, look)
def test_overlap_is_symmetric_and_in_range(one: Detections, other: Detections) -> None:
    for measure in (iou, containment):
        overlap = measure(one.boxes, other.boxes)
        assert overlap.shape == (len(one), len(other))
        assert np.all((overlap >= 0) & (overlap <= 1))
        assert np.array_equal(overlap, measure(other.boxes, one.boxes).T)


@given(look)
def test_a_box_overlaps_itself_whole_unless_it_is_empty(finds: Detections) -> None:
    whole = (area(finds.boxes) > 0).astype(float)
    assert np.diag(iou(finds.boxes, finds.boxes)) == pytest.approx(whole)
    assert np.diag(containment(finds.boxes, finds.boxes)) == pytest.approx(whole)


@given(look, look)
def test_the_union_is_never_less_than_the_smaller(one: Detections, other: Detections) -> None:
    assert np.all(iou(one.boxes, other.boxes) <= containment(one.boxes, other.boxes) + 1e-12)


def test_known_overlaps() -> None:
    first = np.array([[0.0, 0.0, 0.4, 0.4]])
    second = np.array([[0.2, 0.0, 0.6, 0.4], [0.1, 0.1, 0.2, 0.2], [0.4, 0.0, 0.5, 0.4]])
    assert iou(first, second)[0] == pytest.approx([1 / 3, 1 / 16, 0])
    assert containment(first, second)[0] == pytest.approx([1 / 2, 1, 0])


@given(look)
def test_suppression_keeps_a_part_without_doubles(finds: Detections) -> None:
    kept = suppress(finds)
    assert all(one in rows(finds) for one in rows(kept))
    alike = (iou(kept.boxes, kept.boxes) >= SAME) & (kept.kinds[:, None] == kept.kinds)
    assert not np.any(alike & ~np.eye(len(kept), dtype=bool))
    assert np.all(np.diff(kept.scores) <= 0)


@given(look)
def test_suppression_drops_only_what_a_better_one_covers(finds: Detections) -> None:
    kept = suppress(finds)
    alike = (iou(finds.boxes, kept.boxes) >= SAME) & (finds.kinds[:, None] == kept.kinds)
    for number, one in enumerate(rows(finds)):
        covered = alike[number] & (kept.scores >= finds.scores[number])
        assert one in rows(kept) or covered.any()


def test_suppression_goes_by_kind() -> None:
    box = (0.1, 0.1, 0.5, 0.9)
    finds = detections([(*box, 0.9, PERSON), (*box, 0.8, VEHICLE), (*box, 0.7, PERSON)])
    assert rows(suppress(finds)) == [[*box, 0.9, PERSON], [*box, 0.8, VEHICLE]]


@given(looks, st.randoms(use_true_random=False))
def test_merging_does_not_depend_on_order(finds: list[Detections], random: Random) -> None:
    merged = merge_finds(finds)
    mixed = [shuffled(one, random) for one in finds]
    random.shuffle(mixed)
    assert rows(merge_finds(mixed)) == rows(merged)


@given(looks)
def test_merging_again_changes_nothing(finds: list[Detections]) -> None:
    merged = merge_finds(finds)
    assert rows(merge_finds([merged])) == rows(merged)
    assert rows(merge_finds([merged, Detections.none()])) == rows(merged)


@given(looks)
def test_merging_keeps_the_best_score_of_each_kind(finds: list[Detections]) -> None:
    merged = merge_finds(finds)
    for kind in range(len(CLASSES)):
        before = [score for one in finds for score in one.scores[one.kinds == kind]]
        after = merged.scores[merged.kinds == kind]
        assert max(after, default=None) == max(before, default=None)


@given(looks)
def test_merging_invents_no_box(finds: list[Detections]) -> None:
    before = [[*box, kind] for one in finds for *box, _, kind in rows(one)]
    assert all([*box, kind] in before for *box, _, kind in rows(merge_finds(finds)))


@given(look)
def test_one_look_is_only_suppressed(finds: Detections) -> None:
    assert rows(merge_finds([finds])) == rows(suppress(finds))


@pytest.mark.parametrize("piece_score", [0.5, 0.7, 0.95])
def test_a_person_cut_by_the_edge_of_a_region_is_one_whole_person(piece_score: float) -> None:
    whole = detections([(0.2, 0.2, 0.4, 0.8, 0.7, PERSON)])
    piece = detections([(0.2, 0.21, 0.39, 0.4, piece_score, PERSON)])
    merged = merge_finds([whole, piece])
    assert rows(merged) == [[0.2, 0.2, 0.4, 0.8, max(0.7, piece_score), PERSON]]


def test_both_halves_of_a_cut_person_go() -> None:
    whole = detections([(0.2, 0.2, 0.4, 0.8, 0.6, PERSON)])
    upper = detections([(0.2, 0.2, 0.4, 0.45, 0.8, PERSON)])
    lower = detections([(0.2, 0.5, 0.4, 0.8, 0.7, PERSON)])
    assert rows(merge_finds([upper, whole, lower])) == [[0.2, 0.2, 0.4, 0.8, 0.8, PERSON]]


def test_a_piece_far_more_credible_than_its_whole_stays() -> None:
    hazy = detections([(0.1, 0.1, 0.9, 0.9, 0.3, PERSON)])
    clear = detections([(0.2, 0.2, 0.4, 0.6, 0.9, PERSON)])
    assert rows(merge_finds([hazy, clear])) == rows(clear)


def test_two_people_side_by_side_stay_two() -> None:
    left, right = (0.2, 0.2, 0.4, 0.8), (0.38, 0.2, 0.58, 0.8)
    one = detections([(*left, 0.6, PERSON), (*right, 0.7, PERSON)])
    other = detections([(*left, 0.65, PERSON), (*right, 0.5, PERSON)])
    assert rows(merge_finds([one, other])) == [[*right, 0.7, PERSON], [*left, 0.65, PERSON]]
    assert (
        len(merge_finds([detections([(*left, 0.6, PERSON)]), detections([(*right, 0.7, PERSON)])]))
        == 2
    )


@pytest.mark.parametrize("group_score", [0.4, 0.65, 0.9])
def test_a_box_around_two_people_gives_way_to_them(group_score: float) -> None:
    two = detections([(0.2, 0.2, 0.38, 0.8, 0.6, PERSON), (0.4, 0.2, 0.6, 0.8, 0.7, PERSON)])
    group = detections([(0.2, 0.2, 0.6, 0.8, group_score, PERSON)])
    merged = merge_finds([group, two])
    assert merged.boxes.tolist() == [[0.4, 0.2, 0.6, 0.8], [0.2, 0.2, 0.38, 0.8]]
    assert merged.scores.tolist() == [max(0.7, group_score), 0.6]


def test_a_person_in_a_vehicle_stays_beside_it() -> None:
    van = detections([(0.1, 0.1, 0.9, 0.9, 0.8, VEHICLE)])
    driver = detections([(0.2, 0.2, 0.4, 0.6, 0.7, PERSON)])
    assert len(merge_finds([van, driver])) == 2


def test_nothing_merges_to_nothing() -> None:
    assert len(merge_finds([])) == 0
    assert len(merge_finds([Detections.none(), Detections.none()])) == 0
