"""Another client of a catalog, which puts pairs of files until it is killed.

    python putter.py HOME CATALOG     says `begun`, then the id of each commit that it was told of

A catalog that goes away under it is reached anew.
"""

import os
import sys
import time
from hashlib import sha256
from itertools import count
from pathlib import Path

from quietwatch.errors import CatalogUnavailable
from quietwatch.model import Entry, Repo
from quietwatch.store.place import Place, open_place

REPO = Repo("guest", "notes")
PAUSE_S = 0.02


def tell(what: str) -> None:
    """In one piece or not at all."""
    os.write(1, f"{what}\n".encode())


def put(place: Place, number: int) -> str:
    """Commit two files that tell the same: a half commit would show."""
    data = f"{os.getpid()} {number}".encode()
    with place.leasing(REPO.tenant, [sha256(data).hexdigest()]):
        blob = place.blobs(REPO.tenant).put_bytes(data)
        pair = [Entry("one", blob), Entry("other", blob)]
        return place.repos.commit(REPO, pair, author="guest", message="a pair").id


def main(home: Path, catalog: str) -> None:
    """Begin, and never end."""
    numbers = count()
    while True:
        try:
            with open_place(home, catalog=catalog) as place:
                if REPO.name not in {one.name for one in place.repos.list(REPO.tenant)}:
                    place.repos.create(REPO)
                tell("begun")
                for number in numbers:
                    tell(put(place, number))
                    time.sleep(PAUSE_S)
        except CatalogUnavailable:
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
