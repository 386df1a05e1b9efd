"""Codes in the neutral folder: their terms and uses go out and come in equal; who bought stays where it was told."""

import datetime as dt
import json

import pytest

from patogh.hangout.exporting import writing
from patogh.hangout.importing import neutral
from patogh.hangout.importing.neutral_load import Wish, bring_in
from patogh.hangout.importing.tests.test_neutral import empty_house
from patogh.people.models import Brand
from patogh.shop import actions
from patogh.shop.actions import CodeFacts
from patogh.shop.models import Code, Redemption
from patogh.shop.tests.test_codes import EARLY, customer, placed

pytestmark = pytest.mark.django_db
TERMS = (
    "code", "key", "owner__handle", "campaign", "reward_kind", "reward_value", "unit", "uses_max", "uses_per_person_max", "net_minor_min",
    "is_for_new", "starts_at", "ends_at", "uses_count", "clicks_count", "made_by__handle", "created_at",
)  # fmt: skip
USES = ("code__key", "order__number", "state", "why", "redeemed_at", "changed_at")


def told():
    return list(Code.objects.order_by("key").values_list(*TERMS)), list(Redemption.objects.order_by("order__number").values_list(*USES))  # fmt: skip


@pytest.fixture
def folder(owner, member, lamp, tmp_path):
    """A code of a member that was used thrice, once too often; written into a folder."""
    terms = {"owner": member, "uses_max": 2, "reward_kind": "amount", "reward_value": 500, "unit": "IRR"}
    facts = CodeFacts("NIMA-20", starts_at=EARLY, ends_at=EARLY + dt.timedelta(days=400), **terms)
    code = actions.make_code(facts, by=owner)
    actions.count_click(code)
    for number in "123":
        placed(number, buyer=customer(number))
    writing.export(tmp_path / "out", writing.Wish())
    return tmp_path / "out"


def come(folder):
    return bring_in(neutral.opened(folder, unchecked=True), Wish())


def test_codes_and_their_uses_go_out_and_come_in_equal(folder):
    before = told()
    assert [row[2] for row in before[1]] == ["counted", "counted", "refused"]
    empty_house()
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    assert come(folder).skipped == []
    assert told() == before
    assert not Redemption.objects.filter(buyer__isnull=False).exists()
    assert (come(folder).new.total(), told()) == (0, before)


@pytest.mark.parametrize(
    "change", [{"code": "<b>"}, {"reward_value": 0}, {"uses_max": 0}, {"ends_at": "2001-01-01T00:00:00Z"}, {"reward_kind": "gold"}, {"clicks_count": -1}]
)  # fmt: skip
def test_a_code_that_cannot_be_is_said_and_nothing_else_is_lost(folder, change):
    path = folder / "shop_codes.jsonl"
    path.write_text(json.dumps(json.loads(path.read_text()) | change, ensure_ascii=False) + "\n")
    empty_house()
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    report = come(folder)
    assert "shop_codes" in {name for name, *_ in report.skipped}
    assert (Code.objects.count(), report.new["shop_orders"]) == (0, 3)
