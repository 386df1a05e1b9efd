"""Ideas and the shop in the neutral folder: what goes out comes in with the same words and counts; what cannot be is said."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from patogh.conf.integrity import findings
from patogh.hangout import book as hangout_book
from patogh.hangout.exporting import writing
from patogh.hangout.importing import neutral
from patogh.hangout.importing.neutral_load import Wish, bring_in
from patogh.hangout.importing.tests.test_neutral import empty_house
from patogh.hangout.tests.test_pictures import png
from patogh.ideas.actions import batches, materials, merging, moving, reviewing, surveying, updating
from patogh.ideas.actions.following import follow_idea
from patogh.ideas.actions.supporting import give_support, take_back_support
from patogh.ideas.models import BatchIdea, Idea, Material, Move, Programme, RuleVersion, Support, SurveyAnswer
from patogh.ideas.tests import making
from patogh.ledger.models import Submission
from patogh.people.models import Brand
from patogh.search.models import Document
from patogh.shop import actions as shop
from patogh.shop.facts import ProductFacts
from patogh.shop.models import Order, OrderLine, Product, Return
from patogh.shop.tests.conftest import back, order

pytestmark = pytest.mark.django_db
SAID = {"reason": "چون چنین است", "reason_en": "because it is so"}
COLUMNS = (
    "pk", "title", "proposal", "problem_html", "facts", "state", "state_since", "milestone", "moves_count", "supporters_count", "missing",
    "window_ends_at", "next_threshold", "thresholds", "followers_count", "published_at", "merged_into", "again_of", "batch", "author__handle",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(hangout_book, "award", lambda *_facts, **_more: None)


@pytest.fixture
def town(owner, member, other_member, moderator):
    """One idea gathers and passed a station, one is in review, one is merged, one was returned, one is a draft."""
    here = making.programme(owner)
    batches.keep_open(here.pk, timezone.now())
    idea = making.gathering(member, here, by=owner)
    materials.add_picture(idea, png(), by=member, alt="نما")
    for one in making.people(2):
        give_support(idea, by=one)
    give_support(idea, by=other_member)
    surveying.answer_survey(idea, surveying.Answer(1_000_000, "", "گران"), by=other_member)
    take_back_support(idea, by=other_member)
    follow_idea(idea, by=other_member)
    updating.post_update(idea, "خبر **تازه**", by=member)
    other = making.gathering(other_member, here, by=owner)
    merging.merge_ideas(other, idea, by=owner, **SAID)
    board = making.gathering(other_member, here, by=owner)
    for one in making.people(6, "late"):
        give_support(board, by=one)
    entry = BatchIdea.objects.select_related("batch", "idea").get(idea=board)
    batches.add_reviewer(entry.batch, moderator, by=owner)
    reviewing.hand_in(entry, {one["key"]: 7 for one in entry.batch.criteria}, "خوب", by=moderator)
    moving.send_back(
        making.submitted(member, here),
        by=owner,
        rule=Programme.objects.get().rules.terms["house_rules"][0]["key"],
        **SAID,
    )
    making.idea_of(member, here)
    return here


def told() -> list[tuple]:
    return list(Idea.objects.order_by("pk").values_list(*COLUMNS))


def moved() -> list[tuple]:
    names = (
        "idea",
        "number",
        "move",
        "source",
        "target",
        "by__handle",
        "as_team",
        "rule",
        "reason",
        "reason_en",
        "milestone",
        "supporters",
    )
    return list(Move.objects.order_by("idea", "number").values_list(*names, "made_at"))


def imported(folder, **wish):
    return bring_in(neutral.opened(folder), Wish(**wish))


@pytest.mark.parametrize("as_csv", [False, True])
def test_ideas_go_out_and_come_in_equal(town, tmp_path, as_csv):
    writing.export(tmp_path / "out", writing.Wish(as_csv=as_csv))
    before, steps, supports = told(), moved(), Support.objects.count()
    counters = Programme.objects.values("ideas_count", "gathering_count", "reviewed_count", "made_count").get()
    found = set(Document.objects.filter(kind="idea").values_list("thing_id", "audience", "title"))
    empty_house()
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    report = imported(tmp_path / "out")
    assert report.skipped == []
    for now, was in zip(told(), before, strict=True):
        assert dict(zip(COLUMNS, now, strict=True)) == dict(zip(COLUMNS, was, strict=True))
    assert (moved(), Support.objects.count()) == (steps, supports)
    assert Programme.objects.values(*counters).get() == counters
    assert set(Document.objects.filter(kind="idea").values_list("thing_id", "audience", "title")) == found
    assert (SurveyAnswer.objects.get().words, Material.objects.get().alt) == ("گران", "نما")
    assert [one for one in findings() if one["code"].startswith("idea")] == []


def test_reading_a_folder_twice_changes_no_idea(town, tmp_path):
    writing.export(tmp_path / "out", writing.Wish())
    empty_house()
    imported(tmp_path / "out")
    before, steps = told(), moved()
    again = imported(tmp_path / "out")
    assert (told(), moved(), again.new.total()) == (before, steps, 0)


@pytest.fixture
def elsewhere(town, tmp_path):
    """The town's folder, as if another house had written it."""
    writing.export(tmp_path / "out", writing.Wish())
    text = (tmp_path / "out" / "manifest.json").read_text().replace(writing.site(), "elsewhere")
    (tmp_path / "out" / "manifest.json").write_text(text)
    return tmp_path / "out"


def test_an_idea_that_came_goes_on_and_its_supports_stand_in_the_book(elsewhere, client):
    imported(elsewhere)
    idea = Idea.objects.filter(state="gathering").latest("pk")
    keys = {f"support:{pk}" for pk in idea.supports.filter(withdrawn_at=None).values_list("pk", flat=True)}
    assert keys and set(Submission.objects.filter(key__in=keys).values_list("key", flat=True)) == keys
    count = idea.supporters_count
    give_support(idea, by=making.people(1, "new")[0])
    assert Idea.objects.get(pk=idea.pk).supporters_count == count + 1
    for path in (f"/ideas/{idea.pk}", f"/ideas/{idea.pk}/history"):
        assert client.get(path, follow=True).status_code == 200
    for path in (
        "/ideas",
        "/ideas/programmes/rekab-2",
        "/ideas/programmes/rekab-2/rules",
        "/ideas/odds",
        "/ideas/roadmap",
    ):
        assert client.get(path).status_code == 200, path


def test_in_a_house_with_ideas_a_call_gets_another_address(elsewhere):
    before = Idea.objects.count()
    assert imported(elsewhere).skipped == []
    slugs = sorted(Programme.objects.values_list("slug", flat=True))
    assert (Idea.objects.count(), slugs) == (before * 2, ["rekab", "rekab-2"])


def spoiled(folder, sheet, change) -> None:
    """Change the rows of a sheet of a folder that was written."""
    path = folder / f"{sheet}.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(change(row), ensure_ascii=False) + "\n" for row in rows))


@pytest.mark.parametrize(
    ("sheet", "change", "lost"),
    [
        ("rule_versions", lambda row: row | {"terms": {"stations": "many"}}, "rule_versions"),
        ("ideas", lambda row: row | {"title": "x" * 121}, "ideas"),
        ("ideas", lambda row: row | {"thresholds": ["a"]}, "ideas"),
        ("idea_materials", lambda row: row | {"token": "../../settings"}, "idea_materials"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_are_said_and_nothing_else_is_lost(town, tmp_path, sheet, change, lost):
    writing.export(tmp_path / "out", writing.Wish())
    spoiled(tmp_path / "out", sheet, change)
    empty_house()
    report = bring_in(neutral.opened(tmp_path / "out", unchecked=True), Wish())
    assert lost in {name for name, *_rest in report.skipped}
    assert RuleVersion.objects.count() == (0 if lost == "rule_versions" else 1)


def test_moves_that_the_machine_does_not_know_are_not_taken(town, tmp_path):
    writing.export(tmp_path / "out", writing.Wish())
    spoiled(
        tmp_path / "out", "idea_moves", lambda row: row | ({"target": "on_sale"} if row["move"] == "publish" else {})
    )
    empty_house()
    bring_in(neutral.opened(tmp_path / "out", unchecked=True), Wish())
    assert set(Idea.objects.values_list("state", flat=True)) == {"draft", "submitted", "returned"}


def test_products_and_orders_travel_without_their_buyers(owner, member, tmp_path):
    shop.release_product(shop.put_product(ProductFacts("LAMP", "چراغ", price_minor=1, unit="IRR"), by=owner), by=owner)
    shop.take_orders("rekab.ir", [order(email=member.email)], by=owner)
    shop.take_returns("rekab.ir", [back()], by=owner)
    writing.export(tmp_path / "out", writing.Wish(contacts=False))
    assert "mina@example.org" not in "".join(path.read_text() for path in (tmp_path / "out").glob("shop_*.jsonl"))
    sums = (Product.objects.values("sku", "units_sold").get(), Order.objects.values_list("net_minor", flat=True).get())
    empty_house()
    assert imported(tmp_path / "out").skipped == []
    assert (
        Product.objects.values("sku", "units_sold").get(),
        Order.objects.values_list("net_minor", flat=True).get(),
    ) == sums
    assert (OrderLine.objects.count(), Return.objects.count(), Order.objects.get().buyer) == (1, 1, None)
    assert imported(tmp_path / "out").new.total() == 0
