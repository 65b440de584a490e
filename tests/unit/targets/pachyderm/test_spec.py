"""Values become JSON as Pachyderm reads it."""

from datetime import timedelta

from quietwatch.targets.pachyderm.spec import Egress, Input, Parallelism, Pfs, Trigger, to_json


def test_what_says_nothing_is_left_out() -> None:
    pfs = Pfs("home", "models", "models", "main", "/")
    assert to_json(Input(pfs=pfs)) == {
        "pfs": {
            "project": "home",
            "name": "models",
            "repo": "models",
            "branch": "main",
            "glob": "/",
        }
    }


def test_false_and_zero_say_something() -> None:
    assert to_json(Parallelism(0)) == {"constant": 0}
    assert to_json({"a": False}) == {"a": False}


def test_values_in_values() -> None:
    trigger = Trigger("main", "@hourly")
    pfs = Pfs("home", "footage", "footage", "hourly", "/*", group_by="$1", trigger=trigger)
    (told,) = to_json(Input(group=(Input(pfs=pfs),)))["group"]
    assert told["pfs"]["trigger"] == {"branch": "main", "cron_spec": "@hourly"}
    assert to_json((Egress("s3://bucket"), {"b": ("c",)})) == [
        {"URL": "s3://bucket"},
        {"b": ["c"]},
    ]


def test_durations_are_whole_seconds() -> None:
    assert to_json(timedelta(hours=3)) == "10800s"
