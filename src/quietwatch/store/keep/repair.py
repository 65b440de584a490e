"""Mend what `fsck` finds, as far as that can be made anew from what is left."""

from dataclasses import dataclass

from quietwatch.errors import FootageDamaged, FootageMissing
from quietwatch.model import Repo
from quietwatch.names import blob_key
from quietwatch.store.catalog import clips, datums, history, jobs, listing
from quietwatch.store.keep.fsck import Finding, Trouble
from quietwatch.store.place import Place
from quietwatch.store.repos.draft import rewritten
from quietwatch.store.repos.record import commit_key

FOOTAGE, ANALYSIS, EVENTS = "footage", "analysis", "events"


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done about a finding.

    Attributes:
        finding: that was mended, or not.
        how: in words; "" when nothing can be done here.
        day: of which the file of events has to be written anew, ISO 8601; "" for none.
    """

    finding: Finding
    how: str
    day: str = ""


def mend(place: Place, tenant: str, finding: Finding) -> Mended:
    """Mend one thing.

    Raises:
        StorageError: it can't be mended now.
    """
    match finding.trouble:
        case Trouble.COMMIT_MISSING | Trouble.COMMIT_DAMAGED:
            return Mended(finding, _commit(place, tenant, finding))
        case Trouble.MISSING | Trouble.DAMAGED:
            return _blob(place, tenant, finding)
        case _:
            return Mended(finding, "")


def _commit(place: Place, tenant: str, finding: Finding) -> str:
    """Write the object of a commit from its rows."""
    repo = Repo(tenant, finding.files[0].partition(":")[0])
    with place.catalog.reading() as connection:
        kept = history.with_id(connection, repo, finding.name)
        if kept is None:
            return ""
        changes = listing.made_by(connection, tenant, kept.point)
    place.objects.put(commit_key(repo, finding.name), rewritten(kept, changes))
    place.objects.settle()
    return "written again from the catalog"


def _blob(place: Place, tenant: str, finding: Finding) -> Mended:
    """Let what was made of others be made anew, and footage come in again."""
    repos = {name.partition(":")[0] for name in finding.files}
    if not (repos <= {ANALYSIS} or repos <= {EVENTS} or FOOTAGE in repos):
        return Mended(finding, "")
    if finding.trouble is Trouble.DAMAGED:
        _put_aside(place, tenant, finding.name)
    if repos <= {ANALYSIS}:
        with place.catalog.begin() as connection:
            datums.forget_packs(connection, tenant, [finding.name])
            for path in finding.clips:
                clips.forget(connection, tenant, path)
            jobs.drop_mark(connection, tenant, jobs.RESULTS)
        return Mended(finding, "forgotten; the next run analyzes the clip anew")
    if repos <= {EVENTS}:
        days = [path.split("date=")[1].split("/")[0] for path in finding.files if "date=" in path]
        return Mended(finding, "forgotten; the next run writes it anew", days[-1] if days else "")
    with place.catalog.begin() as connection:
        for path in finding.clips:
            datums.lose(connection, tenant, path, _lost(finding))
    return Mended(finding, "noted as lost; bring the footage in again")


def _put_aside(place: Place, tenant: str, sha256: str) -> None:
    """Move damaged bytes out of the way of whole ones; maybe something can be saved from them."""
    key = blob_key(tenant, sha256)
    target = place.spool / f"damaged-{sha256}"
    place.objects.download(key, target)
    place.objects.upload(f"{tenant}/damaged/{sha256}", target)
    target.unlink()
    place.objects.delete([key])


def _lost(finding: Finding) -> FootageMissing | FootageDamaged:
    if finding.trouble is Trouble.MISSING:
        return FootageMissing("the footage is not in the store any more; bring it in again")
    return FootageDamaged("the footage in the store is not what was put there; bring it in again")
