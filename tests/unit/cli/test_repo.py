"""Repos and what is in them, from the command line: real stores in real homes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Call = Callable[..., Result]


def values(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found.pop("schema") == 1
    assert isinstance(found, dict)
    return found


def lines(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.splitlines()]


class TestRepo:
    def test_is_made_listed_shown_and_removed(self, call: Call, tmp_path: Path) -> None:
        home = ("--home", tmp_path / "home")
        made = call("repo", "create", "footage", *home, "--description", "what for")
        assert lines(made) == ["Made home/footage"]
        assert [line.split() for line in lines(call("repo", "list", *home))] == [
            ["Repo", "Last", "commit", "(UTC)", "Commit", "What", "for"],
            ["home/footage", "what", "for"],
        ]
        assert lines(call("repo", "show", "footage", *home)) == [
            "home/footage",
            "  what for     what for",
            "  last commit  -",
            "  branches     main",
            "  tags         -",
        ]
        assert lines(call("repo", "remove", "footage", *home, "--yes")) == ["Removed home/footage"]
        assert lines(call("repo", "list", *home)) == ["No repos."]
        assert values(call("repo", "list", *home, "--format", "json")) == {"repos": []}

    def test_removing_is_asked_about(self, call: Call, tmp_path: Path) -> None:
        home = ("--home", tmp_path / "home")
        call("repo", "create", "footage", *home)
        assert call("repo", "remove", "footage", *home).exit_code == 1  # nobody answers
        assert values(call("repo", "list", *home, "--format", "json"))["repos"]

    def test_the_tenant_is_that_of_the_settings(self, call: Call, tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir()
        (home / "quietwatch.toml").write_text('[source]\ntenant = "acme"\n')
        assert lines(call("repo", "create", "a", "--home", home)) == ["Made acme/a"]
        assert lines(call("repo", "create", "b", "--home", home, "--tenant", "x")) == ["Made x/b"]
        assert lines(call("repo", "create", "y/c", "--home", home)) == ["Made y/c"]

    def test_one_that_is_not_there(self, call: Call, full_store: Path) -> None:
        result = call("log", "nothing", "--home", full_store)
        assert result.exit_code == 2
        assert result.stderr.startswith("quietwatch: there is no repo home/nothing;")

    @pytest.mark.parametrize("words", [("ls", "a"), ("repo", "list"), ("catalog", "upgrade")])
    def test_looking_makes_no_store(
        self, call: Call, tmp_path: Path, words: tuple[str, ...]
    ) -> None:
        result = call(*words, "--home", tmp_path / "home")
        assert result.exit_code == 2
        assert "holds no results yet" in result.stderr
        assert not (tmp_path / "home").exists()

    def test_store_and_catalog_lie_where_they_are_told(
        self, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QUIETWATCH_STORE", str(tmp_path / "bucket"))
        catalog = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
        assert call("repo", "create", "a", "--home", tmp_path / "home", "--catalog", catalog)
        assert (tmp_path / "elsewhere.sqlite").is_file()
        assert (tmp_path / "bucket" / "home" / "refs" / "a").is_dir()
        assert not (tmp_path / "home" / "store").exists()


class TestLog:
    def test_the_latest_first(self, call: Call, full_store: Path) -> None:
        head, *rows = lines(call("log", "footage", "--home", full_store))
        assert head.split() == ["Commit", "Time", "(UTC)", "Author", "Changes", "Message"]
        assert [row.split(maxsplit=5)[3:] for row in rows] == [
            ["local", "1", "put 1 file"],
            ["local", "1", "put 1 file"],
            ["local", "3", "all of it"],
        ]
        assert len(lines(call("log", "footage@v1", "--home", full_store, "--limit", 1))) == 2

    def test_as_json(self, call: Call, full_store: Path) -> None:
        found = values(call("log", "footage", "--home", full_store, "--format", "json"))["commits"]
        assert isinstance(found, list)
        assert [one["parent"] for one in found] == [found[1]["commit"], found[2]["commit"], None]
        assert set(found[0]) == {
            *("commit", "repo", "parent", "time", "author", "message", "changes", "made_from")
        }

    def test_a_path_is_none_of_its_business(self, call: Call, full_store: Path) -> None:
        assert call("log", "footage:door", "--home", full_store).exit_code == 2


class TestLs:
    @pytest.mark.parametrize(
        ("address", "options", "expected"),
        [
            ("footage", (), ["door/", "yard/"]),
            ("footage@v1", (), ["door/"]),
            ("footage:door", (), ["door/a/", "door/x.txt"]),
            ("footage:/door/", (), ["door/a/", "door/x.txt"]),
            ("footage:door", ("-r",), ["door/a/b/z.bin", "door/a/y.txt", "door/x.txt"]),
            ("footage:**/*.txt", (), ["door/a/y.txt", "door/x.txt", "yard/x.txt"]),
            ("footage:door/x.txt", (), ["door/x.txt"]),
        ],
    )
    def test_a_folder_a_file_a_pattern(
        self,
        call: Call,
        full_store: Path,
        address: str,
        options: tuple[str, ...],
        expected: list[str],
    ) -> None:
        head, *rows = lines(call("ls", address, *options, "--home", full_store))
        assert head.split()[-1] == "Path"
        assert [row.split()[-1] for row in rows] == expected

    def test_folders_tell_what_is_in_them(self, call: Call, full_store: Path) -> None:
        found = values(call("ls", "footage", "--home", full_store, "--format", "json"))["files"]
        assert found == [
            {"path": "door/", "files": 3, "size": 1512, "sha256": None},
            {"path": "yard/", "files": 1, "size": 5, "sha256": None},
        ]
        assert lines(call("ls", "footage", "--home", full_store))[1].split() == [
            *("1.5", "kB", "3", "door/")
        ]

    @pytest.mark.parametrize("address", ["footage:nothing", "footage:door/x", "footage:nothing/"])
    def test_what_is_not_there(self, call: Call, full_store: Path, address: str) -> None:
        result = call("ls", address, "--home", full_store)
        assert result.exit_code == 2
        assert "holds no" in result.stderr or "has no" in result.stderr

    def test_an_empty_repo(self, call: Call, tmp_path: Path) -> None:
        call("repo", "create", "a", "--home", tmp_path / "home")
        assert "has no commit yet" in call("ls", "a", "--home", tmp_path / "home").stderr


class TestGet:
    def test_a_file_goes_to_standard_output(self, call: Call, full_store: Path) -> None:
        for address, content in (
            ("footage:door/x.txt", b"second"),
            ("footage:door/a/b/z.bin", bytes(1500)),
        ):
            assert call("get", address, "--home", full_store).stdout_bytes == content

    def test_a_file_goes_to_a_file_or_into_a_folder(
        self, call: Call, full_store: Path, tmp_path: Path
    ) -> None:
        address = ("get", "footage:door/x.txt", "--home", full_store, "--to")
        found = values(call(*address, tmp_path / "new.txt", "--format", "json"))
        assert (found["files"], found["bytes"]) == (1, 6)
        assert call(*address, tmp_path).exit_code == 0
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
            "new.txt": b"second",
            "x.txt": b"second",
        }

    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("footage:door", {"a/b/z.bin", "a/y.txt", "x.txt"}),
            ("footage:*/*.txt", {"door/x.txt", "yard/x.txt"}),
            ("footage@v1", {"door/a/b/z.bin", "door/a/y.txt", "door/x.txt"}),
        ],
    )
    def test_several_go_into_a_folder(
        self, call: Call, full_store: Path, tmp_path: Path, address: str, expected: set[str]
    ) -> None:
        assert call("get", address, "--home", full_store).exit_code == 2
        to = tmp_path / "out"
        result = call("get", address, "--home", full_store, "--to", to)
        assert lines(result)[0].startswith(f"Wrote {len(expected)} files, ")
        found = {path.relative_to(to).as_posix() for path in to.rglob("*") if path.is_file()}
        assert found == expected

    def test_a_damaged_blob_is_not_given_out(self, call: Call, tmp_path: Path) -> None:
        home, file = tmp_path / "home", tmp_path / "a.txt"
        file.write_bytes(b"right")
        call("repo", "create", "a", "--home", home)
        call("put", "a", file, "--home", home)
        [blob] = (path for path in (home / "store" / "home" / "blobs").rglob("*") if path.is_file())
        blob.write_bytes(b"wrong")
        result = call("get", "a:a.txt", "--home", home)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "is damaged" in result.stderr


class TestDiff:
    def test_between_two_commits(self, call: Call, full_store: Path) -> None:
        words = ("diff", "footage@v1", "footage", "--home", full_store)
        assert [line.split() for line in lines(call(*words))[1:]] == [
            ["added", "5", "B", "yard/x.txt"]
        ]
        back = values(call("diff", "footage", "footage@v1", *words[3:], "--format", "json"))
        assert isinstance(back["differences"], list)
        assert [(one["change"], one["path"]) for one in back["differences"]] == [
            ("removed", "yard/x.txt")
        ]

    def test_of_one_commit_and_the_one_before(self, call: Call, full_store: Path) -> None:
        assert lines(call("diff", "footage@v1", "--home", full_store))[1:] == [
            "changed     5 B    6 B  door/x.txt"
        ]
        assert lines(call("diff", "footage", "footage", "--home", full_store)) == ["No difference."]

    def test_of_the_first_commit(self, call: Call, full_store: Path) -> None:
        log = values(call("log", "footage", "--home", full_store, "--format", "json"))["commits"]
        assert isinstance(log, list)
        first = call("diff", f"footage@{log[-1]['commit'][:12]}", "--home", full_store)
        assert [line.split()[0] for line in lines(first)[1:]] == ["added"] * 3

    def test_of_two_repos(self, call: Call, full_store: Path) -> None:
        assert call("diff", "footage", "other", "--home", full_store).exit_code == 2


class TestBranchAndTag:
    def test_are_made_listed_and_deleted(self, call: Call, tmp_path: Path) -> None:
        home, file = ("--home", tmp_path / "home"), tmp_path / "a.txt"
        file.write_text("a")
        call("repo", "create", "a", *home)
        call("put", "a", file, *home)
        for kind, name in (("branch", "night"), ("tag", "v1")):
            made = call(kind, "create", f"a@{name}", "--at", "main", *home)
            assert lines(made) == [f"Made {kind} home/a@{name}"]
            found = values(call(kind, "list", "a", *home, "--format", "json"))
            [names] = found.values()
            assert isinstance(names, list)
            assert names[-1]["name"] == name
            assert lines(call(kind, "list", "a", *home))[-1].split()[0] == name
            gone = call(kind, "delete", f"a@{name}", *home)
            assert lines(gone) == [f"Deleted {kind} home/a@{name}"]
        assert lines(call("tag", "list", "a", *home)) == ["No tags."]

    def test_a_commit_goes_to_its_branch(self, call: Call, tmp_path: Path) -> None:
        home, file = ("--home", tmp_path / "home"), tmp_path / "a.txt"
        file.write_text("a")
        call("repo", "create", "a", *home)
        call("put", "a", file, *home)
        call("branch", "create", "a@night", *home)
        call("put", "a@night:b.txt", file, *home)
        assert len(lines(call("ls", "a@night", *home))) == 3
        assert len(lines(call("ls", "a", *home))) == 2

    @pytest.mark.parametrize("name", ["a", "a@", "a@2026-11-23", "a@x:y"])
    def test_a_name_is_needed(self, call: Call, full_store: Path, name: str) -> None:
        assert call("branch", "create", name, "--home", full_store).exit_code == 2
