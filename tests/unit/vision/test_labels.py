import numpy as np

from quietwatch.model import CLASSES, Kind
from quietwatch.vision.labels import CLASS_COUNT, WATCHED, kinds_of

PERSON, VEHICLE, ANIMAL = (CLASSES.index(k) for k in (Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL))


def test_every_kind_a_detector_can_name_has_classes() -> None:
    assert set(WATCHED) == set(CLASSES)


def test_no_class_is_of_two_kinds() -> None:
    numbers = [number for classes in WATCHED.values() for number in classes.values()]
    assert len(numbers) == len(set(numbers)) == 17
    assert all(0 <= number < CLASS_COUNT for number in numbers)


def test_each_class_gets_its_kind() -> None:
    for kind, classes in WATCHED.items():
        assert set(kinds_of(np.array(list(classes.values()))).tolist()) == {CLASSES.index(kind)}


def test_classes_of_float_as_the_model_gives_them() -> None:
    assert kinds_of(np.array([0.0, 2.0, 17.0], dtype=np.float32)).tolist() == [
        PERSON,
        VEHICLE,
        ANIMAL,
    ]


def test_airplanes_boats_and_things_are_not_watched() -> None:
    assert kinds_of(np.array([4, 8, 9, 14, 25, 76, 89])).tolist() == [-1] * 7


def test_what_is_no_class_is_not_watched() -> None:
    odd = np.array([-1, 90, 1e30, -1e30, np.nan, np.inf, -np.inf])
    assert kinds_of(odd).tolist() == [-1] * 7
    assert kinds_of(np.zeros(0)).shape == (0,)
