"""Segments in the neutral folder: their rules go out and come in equal, and their people are asked anew."""

import json

import pytest

from patogh.activity import jobs
from patogh.hangout.exporting import writing
from patogh.hangout.importing import neutral
from patogh.hangout.importing.neutral_load import Wish, bring_in
from patogh.hangout.importing.tests.test_neutral import empty_house
from patogh.people.models import Brand
from patogh.segments import actions
from patogh.segments.models import Segment, SegmentVersion

pytestmark = pytest.mark.django_db
ROWS = ("pk", "slug", "name", "about", "state", "version", "made_by__handle", "made_at", "retired_at")
WORDINGS = ("segment__slug", "number", "text", "made_by__handle", "made_at")


def told():
    return list(Segment.objects.order_by("pk").values_list(*ROWS)), list(SegmentVersion.objects.order_by("segment", "number").values_list(*WORDINGS))  # fmt: skip


@pytest.fixture
def folder(make, owner, member, other_member, tmp_path):
    """A house with segments that ask for each other, one paused and one retired; written into a folder."""
    new = make("joined within 900 days", "تازه‌ها")
    actions.change_rule(new, "joined within 800 days and not asked ever", by=owner)
    make(f'follows_one_of("{new.slug}") or brought_by(anyone)', "fans")
    actions.pause(make("consent(offers, sms)", "sms"), by=owner)
    actions.retire(make("asked ever", "old"), by=owner)
    jobs.drain()
    writing.export(tmp_path / "out", writing.Wish())
    return tmp_path / "out"


def come(folder, **wish):
    report = bring_in(neutral.opened(folder, unchecked=True), Wish(**wish))
    jobs.drain()
    return report


def spoil(folder, sheet, change):
    path = folder / f"{sheet}.jsonl"
    rows = [change(json.loads(line)) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def test_segments_go_out_and_come_in_equal_and_are_filled_again(folder):
    before = told()
    empty_house()
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    report = come(folder)
    assert report.skipped == []
    assert told() == before
    assert set(SegmentVersion.objects.filter(segment__state="live").exclude(filled_at=None).values_list("segment__slug", flat=True)) >= {"fans"}  # fmt: skip
    again = come(folder)
    assert (told(), again.new.total()) == (before, 0)


def test_a_segment_that_is_here_keeps_its_own_rule(folder, owner):
    text = (folder / "manifest.json").read_text().replace(writing.site(), "elsewhere")
    (folder / "manifest.json").write_text(text)
    spoil(folder, "segment_versions", lambda row: row | {"number": row["number"] + 7})
    before = told()
    report = come(folder)
    assert told() == before
    assert {name for name, *_ in report.skipped} == {"segment_versions"}


@pytest.mark.parametrize(
    ("sheet", "change", "state"),
    [
        ("segment_versions", lambda row: row | {"text": "follows_one_of(fans)"}, "broken"),
        ("segment_versions", lambda row: row | {"text": "dreamt >= 2"}, "broken"),
        ("segment_versions", lambda row: row | {"text": "asked ever and " * 400}, None),
        ("segments", lambda row: row | {"slug": "a/b" if row["slug"] == "fans" else row["slug"]}, None),
        ("segments", lambda row: row | {"version": 9 if row["slug"] == "fans" else row["version"]}, "live"),
        ("segments", lambda row: row | {"state": "dreaming" if row["slug"] == "fans" else row["state"]}, None),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_said_and_break_nothing(folder, sheet, change, state, client, owner):
    spoil(folder, sheet, change)
    empty_house()
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    come(folder)
    fans = Segment.objects.filter(slug="fans", retired_at=None).first()
    assert (fans.state if fans else None) == state
    assert all(row.versions.filter(number=row.version).exists() for row in Segment.objects.filter(retired_at=None))
