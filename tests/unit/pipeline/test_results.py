"""What a store knows, put together."""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quietwatch.errors import QuietwatchError
from quietwatch.events.report import choose
from quietwatch.model import Failure
from quietwatch.pipeline.results import make_report
from tests.unit.pipeline.conftest import YARD, Tenant, arrival, no_work

if TYPE_CHECKING:
    from tests.conftest import Footage


def no_damage(error: QuietwatchError) -> None:
    raise AssertionError(error)


def spoil(analysis: Path, member: str) -> None:
    """Damage one part of an analysis, and nothing else in it."""
    with zipfile.ZipFile(analysis) as file:
        name = next(name for name in file.namelist() if name.startswith(member))
        at = file.getinfo(name).header_offset + 30 + len(name)
    data = bytearray(analysis.read_bytes())
    data[at : at + 4] = b"\xaa" * 4
    analysis.write_bytes(data)


@pytest.mark.parametrize("member", ["pictures/", ""])
def test_a_report_goes_without_the_pictures_of_a_damaged_analysis(
    tenant: Tenant, clip: Path, member: str
) -> None:
    result = tenant.run(arrival(clip), arrival(clip, YARD))
    failed = (Failure("x.mp4", "empty-file", "no bytes"),)
    whole = make_report(tenant.place, result.records, result.events, failed, no_damage)
    assert len(whole.pictures) > 0
    pack = tenant.pack_file(result.records[0])
    if member:
        spoil(pack, member)
    else:
        pack.unlink()
    told: list[QuietwatchError] = []
    page = make_report(tenant.place, result.records, result.events, failed, told.append)
    assert (page.pictures, page.events, page.failed) == ({}, whole.events, failed)
    assert len(told) == 1
    assert result.records[0].pack is not None
    assert result.records[0].pack in told[0].detail


def test_of_the_pictures_only_those_that_fit_are_read(
    tenant: Tenant, clip: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = tenant.run(arrival(clip), arrival(other))
    whole = make_report(tenant.place, result.records, result.events, (), no_damage)
    assert len(whole.pictures) > 1
    first = max(whole.pictures.values(), key=len)
    monkeypatch.setattr(choose, "MAX_PICTURE_BYTES", len(first))
    part = make_report(tenant.place, result.records, result.events, (), no_damage)
    assert 0 < sum(len(jpeg) for jpeg in part.pictures.values()) <= len(first)
    assert choose.choose(part) == choose.choose(whole)


def test_movers_that_were_only_counted_are_kept_with_the_clip(
    tenant: Tenant, footage: "Footage"
) -> None:
    def flickering(index: int, width: int, height: int) -> Any:
        picture = footage.quarters(index, width, height)
        if index > 10:  # now here, now there
            top, left = (20, 150)[index // 2 % 2], (20, 200, 110)[index // 2 % 3]
            picture[top : top + 60, left : left + 60] = 255
        return picture

    clip = footage.video("flicker.mp4", size=(320, 240), frames=30, painter=flickering)
    result = tenant.run(arrival(clip))
    [record] = result.records
    assert record.noise > 0
    report = make_report(tenant.place, result.records, result.events, (), no_damage)
    assert [one.noise for one in report.made_from] == [record.noise]
    assert tenant.run(arrival(clip), work=no_work).records == result.records
