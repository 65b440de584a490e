"""Settings into the repos."""

import pytest

from quietwatch.config import JudgeSettings, Settings, VisionSettings
from quietwatch.model import Repo
from quietwatch.pipeline.scope import TUNING, newest
from quietwatch.pipeline.sync import REPOS, keep_models, sync, tuning_of
from quietwatch.pipeline.tuning import DEFAULT, optics_file, rules_file
from quietwatch.store.catalog import leases
from quietwatch.vision import zoo
from tests.unit.pipeline.conftest import DOOR, TENANT, Tenant

RULES = Repo(TENANT, "rules")


def content(tenant: Tenant, repo: str, path: str = DEFAULT) -> bytes:
    return tenant.place.blobs(TENANT).read(tenant.files(repo)[path].sha256)


def commits(tenant: Tenant, repo: str) -> int:
    return len(list(tenant.place.repos.log(Repo(TENANT, repo))))


def test_every_tenant_has_its_repos_and_its_settings_in_them(tenant: Tenant) -> None:
    settings = Settings(vision=VisionSettings(rate=2.0), judge=JudgeSettings(threats=()))
    sync(tenant.place, TENANT, settings)
    assert {repo.name for repo in tenant.place.repos.list(TENANT)} == set(REPOS)
    assert content(tenant, "optics") == optics_file(settings)
    assert content(tenant, "rules") == rules_file(settings)


def test_the_same_settings_are_not_committed_again(tenant: Tenant) -> None:
    for _ in range(2):
        sync(tenant.place, TENANT, Settings())
    assert (commits(tenant, "rules"), commits(tenant, "optics")) == (1, 1)
    sync(tenant.place, TENANT, Settings(judge=JudgeSettings(threats=())))
    assert (commits(tenant, "rules"), commits(tenant, "optics")) == (2, 1)


def test_what_somebody_has_put_or_taken_away_stands(tenant: Tenant) -> None:
    sync(tenant.place, TENANT, Settings())
    tenant.commit("rules", DEFAULT, b'{"threats": []}')
    tenant.commit("optics", DEFAULT, None)
    sync(tenant.place, TENANT, Settings(judge=JudgeSettings(alarm_score=0.9)))
    assert content(tenant, "rules") == b'{"threats": []}'
    assert tenant.files("optics") == {}


def test_a_tuning_is_that_of_its_commits(tenant: Tenant) -> None:
    sync(tenant.place, TENANT, Settings())
    before = newest(tenant.place, TENANT, TUNING)
    tenant.commit("rules", "main/door.json", b'{"alarm_score": 0.9}')
    after = newest(tenant.place, TENANT, TUNING)
    scores = [
        tuning_of(tenant.place, TENANT, Settings(), at).of(DOOR).judge.alarm_score
        for at in (before, after, dict.fromkeys(TUNING))
    ]
    assert scores == [0.7, 0.9, 0.7]


def test_blobs_are_leased_before_they_are_put(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    blobs = tenant.place.blobs(TENANT)
    original = blobs.put_bytes

    def put_bytes(data: bytes) -> object:
        with tenant.place.catalog.reading() as connection:
            seen.append(leases.leased(connection, TENANT))
        blob = original(data)
        assert blob.sha256 in seen[-1]
        return blob

    monkeypatch.setattr(blobs, "put_bytes", put_bytes)
    sync(tenant.place, TENANT, Settings())
    assert len(seen) >= 2
    with tenant.place.catalog.reading() as connection:
        assert leases.leased(connection, TENANT) == set()


def test_each_model_is_kept_once(tenant: Tenant) -> None:
    sync(tenant.place, TENANT, Settings())
    for _ in range(2):
        keep_models(tenant.place, TENANT, Settings().vision)
    kept = {path: blob.sha256 for path, blob in tenant.files("models").items()}
    assert kept == {model.file: model.sha256 for model in zoo.shipped()}
    assert commits(tenant, "models") == len(kept)
