"""Commits in a loop and says so, until it is killed: committer.py CATALOG STORE NAME."""

import os
import sys

from sqlalchemy import Connection, text

from quietwatch.model import Blob, Commit, Entry, Repo
from quietwatch.store.catalog import open_catalog
from quietwatch.store.objects.objects import connect
from quietwatch.store.repos import Repos

url, store, name = sys.argv[1:]
repo = Repo("home", "kill")


def tell(what: str) -> None:
    os.write(1, f"{what}\n".encode())


def note(connection: Connection, made: Commit) -> None:
    connection.execute(text("INSERT INTO notes VALUES (:made)"), {"made": made.id})


with open_catalog(url) as catalog:
    repos = Repos(catalog, connect(store))
    tell("begun")
    for number in range(1_000_000):
        # all of a commit's files tell its number: a half commit would show
        blob = Blob(f"{number:064x}", number)
        changes = [Entry(f"{name}/{index}", blob) for index in range(20)]
        if number % 7 == 3:
            repos.tag(repo, f"{name}.{os.getpid()}.{number}")
        made = repos.commit(repo, changes, author=name, message=str(number), within=note)
        tell(made.id)
