"""The desk's pages: the queue, one idea, programmes with the editor of their rules, rounds and the workspace, exports and days."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.conftest import made_member
from patogh.ideas import calendar_feed, exporting
from patogh.ideas.actions import batches, reviewing
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.models import BatchIdea, Category, Decision, Idea, Move, Programme, Score
from patogh.ideas.queries import desk
from patogh.ideas.terms import terms_of
from patogh.ideas.tests import making
from patogh.ideas.views import team_terms

pytestmark = pytest.mark.django_db
WORDS = {"reason": "روشن نیست که چه می‌خواهید.", "reason_en": "It is not clear what you want."}


@pytest.fixture
def here(owner):
    return making.programme(owner)


@pytest.fixture
def waiting(member, here):
    return making.submitted(member, here)


@pytest.fixture
def entry(here, member, owner):
    batches.keep_open(here.pk, timezone.now())
    idea = making.in_review(member, here, by=owner)
    return BatchIdea.objects.select_related("batch", "idea").get(idea=idea)


@pytest.fixture
def at_desk(signed_in, owner):
    return signed_in(owner)


def test_the_queue_shows_what_waits_and_for_how_long(at_desk, waiting):
    page = at_desk.get("/team/ideas").content.decode()
    assert waiting.title in page
    assert f'href="/team/ideas/{waiting.pk}"' in page


def test_an_empty_desk_says_so(at_desk, here):
    assert at_desk.get("/team/ideas").status_code == 200


@pytest.mark.parametrize(
    "path", ["/team/ideas", "/team/ideas/batches", "/team/ideas/programmes", "/team/ideas/calendar.ics"]
)
def test_the_desk_does_not_exist_for_members(signed_in, member, here, path):
    assert signed_in(member).get(path).status_code == 404


def test_the_queue_asks_as_much_of_one_as_of_thirty(at_desk, here, settings):
    settings.BRAND_CACHE_S = 60
    counts = []
    for many in (1, 29):
        for one in making.people(many, f"p{many}x"):
            making.submitted(one, here)
        at_desk.get("/team/ideas")
        with CaptureQueriesContext(connection) as asked:
            at_desk.get("/team/ideas")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_round_asks_as_much_of_one_idea_as_of_twelve(at_desk, entry, here, owner, settings):
    settings.BRAND_CACHE_S = 60
    counts = []
    for many in (0, 11):
        for one in making.people(many, f"q{many}x"):
            making.in_review(one, here, by=owner)
        at_desk.get(f"/team/ideas/batches/{entry.batch_id}")
        with CaptureQueriesContext(connection) as asked:
            at_desk.get(f"/team/ideas/batches/{entry.batch_id}")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_idea_is_published_with_a_way_back(at_desk, waiting):
    answer = at_desk.post(f"/team/ideas/{waiting.pk}/publication", {"note": "زود!"}, follow=True)
    assert Idea.objects.get().state == "gathering"
    assert f"/team/ideas/{waiting.pk}?step=archive#archive" in answer.content.decode()
    assert Move.objects.get(move="publish").note == "زود!"


def test_an_idea_is_returned_with_the_rule_and_both_texts(at_desk, waiting):
    at_desk.post(f"/team/ideas/{waiting.pk}/return", {**WORDS, "rule": "clear"})
    move = Move.objects.get(move="return")
    assert (move.rule, move.reason, move.reason_en) == ("clear", *WORDS.values())


@pytest.mark.parametrize(
    "said", [WORDS, {**WORDS, "rule": "nothing"}, {"reason": "چون", "rule": "clear"}, {"rule": "clear"}]
)
def test_a_return_without_rule_or_reason_keeps_what_was_typed(at_desk, waiting, said):
    answer = at_desk.post(f"/team/ideas/{waiting.pk}/return", said)
    assert answer.status_code == 400
    assert said.get("reason", "") in answer.content.decode()
    assert Idea.objects.get().state == "submitted"


def test_an_idea_is_put_aside_and_brought_back(at_desk, here, member, owner):
    idea = making.gathering(member, here, by=owner)
    at_desk.post(f"/team/ideas/{idea.pk}/archive", WORDS)
    assert Idea.objects.get().state == "archived"
    at_desk.post(f"/team/ideas/{idea.pk}/archive", {**WORDS, "_method": "DELETE"})
    assert Idea.objects.get().state == "gathering"


def test_a_moderator_publishes_and_does_not_decide(signed_in, moderator, waiting):
    client = signed_in(moderator)
    assert client.get(f"/team/ideas/{waiting.pk}").status_code == 200
    assert client.post(f"/team/ideas/{waiting.pk}/making", {"step": "develop"}).status_code == 404
    assert client.get("/team/ideas/programmes").status_code == 404


def test_drafts_do_not_exist_at_the_desk(at_desk, member, here):
    draft = making.idea_of(member, here)
    assert at_desk.get(f"/team/ideas/{draft.pk}").status_code == 404


def test_a_late_step_says_so(at_desk, waiting):
    at_desk.post(f"/team/ideas/{waiting.pk}/publication")
    assert at_desk.post(f"/team/ideas/{waiting.pk}/publication").status_code == 409


def test_a_programme_is_begun_and_opened(at_desk, here):
    at_desk.post("/team/ideas/programmes", {"name": "کوه", "name_en": "Mountain", "slug": "mountain"})
    assert Programme.objects.get(slug="mountain").state == "preparing"
    at_desk.post("/team/ideas/programmes/mountain/state", {"state": "open"})
    assert Programme.objects.get(slug="mountain").state == "open"
    assert at_desk.get("/team/ideas/programmes/mountain").status_code == 200


def test_a_shelf_is_put_and_offered_no_more(at_desk, here):
    at_desk.post("/team/ideas/programmes/rekab/shelves", {"slug": "light", "name": "چراغ"})
    shelf = Category.objects.get()
    at_desk.post(f"/team/ideas/programmes/rekab/shelves/{shelf.pk}", {"_method": "DELETE"})
    assert not Category.objects.get().is_offered


def test_the_form_of_the_rules_says_the_rules(here):
    terms = terms_of(here.rules)
    assert team_terms.terms_from(team_terms.typed_of(terms)) == terms


def test_rules_are_previewed_then_saved_as_a_new_version(at_desk, here):
    typed = {**team_terms.typed_of(terms_of(here.rules)), "royalty_bps": "۲۵۰", "note": "سهم بیشتر", "note_en": "More"}
    shown = at_desk.post("/team/ideas/programmes/rekab/rules", {**typed, "step": "preview"}).content.decode()
    assert "250" in shown or "۲۵۰" in shown
    assert Programme.objects.get().rules.number == 1
    at_desk.post("/team/ideas/programmes/rekab/rules", {**typed, "step": "save"})
    rules = Programme.objects.get().rules
    assert (rules.number, terms_of(rules).royalty_bps) == (2, 250)


def test_running_ideas_keep_their_rules(at_desk, here, waiting):
    typed = {**team_terms.typed_of(terms_of(here.rules)), "royalty_bps": "500", "step": "save"}
    at_desk.post("/team/ideas/programmes/rekab/rules", typed)
    assert terms_of(Idea.objects.select_related("rules").get().rules).royalty_bps == 100


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("royalty_bps", "10001"),
        ("station_1_supporters", "1"),
        ("review_days", "soon"),
        ("min_age_band", "old"),
        ("station_0_days", ""),
    ],
)
def test_terms_out_of_bounds_are_named(at_desk, here, field, value):
    typed = {**team_terms.typed_of(terms_of(here.rules)), field: value, "step": "save"}
    answer = at_desk.post("/team/ideas/programmes/rekab/rules", typed)
    assert answer.status_code == 400
    assert Programme.objects.get().rules.number == 1


def test_a_new_criterion_gets_a_key_of_its_own(here):
    typed = {
        **team_terms.typed_of(terms_of(here.rules)),
        "criteria_6_fa": "زیبایی",
        "criteria_6_en": "Beauty",
        "criteria_6_weight": "۲",
    }
    added = team_terms.terms_from(typed).criteria[-1]
    assert (added.key, added.fa, added.weight) == ("c1", "زیبایی", 2)


def test_a_score_is_kept_handed_in_and_decided_upon(at_desk, entry, owner):
    at_desk.post(f"/team/ideas/batches/{entry.batch_id}/reviewers", {"member": owner.pk})
    typed = {f"mark_{one['key']}": "۸" for one in entry.batch.criteria}
    at_desk.post(f"/team/ideas/entries/{entry.pk}/score", {**typed, "step": "keep"})
    at_desk.post(f"/team/ideas/entries/{entry.pk}/score", {**typed, "step": "hand_in"})
    assert Score.objects.get().handed_in_at is not None
    said = {**WORDS, "outcome": "decline"}
    preview = at_desk.post(f"/team/ideas/entries/{entry.pk}/decision", {**said, "step": "preview"})
    assert not Decision.objects.exists()
    assert preview.content.decode().count(WORDS["reason"]) == 2
    at_desk.post(f"/team/ideas/entries/{entry.pk}/decision", {**said, "step": "decide"})
    assert Decision.objects.get().outcome == "decline"
    assert at_desk.get(f"/team/ideas/entries/{entry.pk}").status_code == 200


def test_what_is_sealed_is_not_in_any_page(signed_in, entry, owner, moderator):
    reader = made_member("laleh", "لاله پارسا", "analyst")
    for one in (moderator, reader):
        batches.add_reviewer(entry.batch, one, by=owner)
    secret = "رازِ سربسته"
    reviewing.hand_in(entry, {one["key"]: 7 for one in entry.batch.criteria}, secret, by=moderator)
    for member in (reader, owner):
        client = signed_in(member)
        for path in (f"entries/{entry.pk}", f"batches/{entry.batch_id}", f"batches/{entry.batch_id}/table.csv"):
            said = client.get(f"/team/ideas/{path}").content.decode()
            assert secret not in said
            assert "۷٫۰" not in said
            assert "7.0" not in said


def test_the_workspace_is_the_boards(signed_in, entry, member, agent):
    for one in (member, agent):
        assert signed_in(one).get(f"/team/ideas/entries/{entry.pk}").status_code == 404


@pytest.mark.parametrize("mark", ["۱۱", "-1", "ده", "1e3", "9" * 40])
def test_a_mark_that_is_none_is_refused(at_desk, entry, owner, mark):
    batches.add_reviewer(entry.batch, owner, by=owner)
    assert at_desk.post(f"/team/ideas/entries/{entry.pk}/score", {"mark_use": mark}).status_code == 400


@pytest.mark.parametrize("text", ["=1+1", "+9", "-2", "@SUM(A1)", "  =1", "\uff1d1+1", "\t=1", "|cmd", "%0A"])
def test_no_cell_is_run_by_a_spreadsheet(text):
    cells = next(csv.reader(io.StringIO(exporting.as_csv([[text]]).decode("utf-8-sig"))))
    assert cells[0].startswith("'") or cells[0] == ""


def test_words_stay_words_in_a_workbook():
    made = exporting.as_xlsx([["عنوان"], ["=1+1"], ["http://x.example/"]], "نوبت [۱]", right_to_left=True)
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert 'rightToLeft="1"' in sheet
        assert "hyperlink" not in sheet


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_round_is_exported(at_desk, entry, kind):
    answer = at_desk.get(f"/team/ideas/batches/{entry.batch_id}/table.{kind}")
    assert answer.status_code == 200
    assert kind in answer["Content-Disposition"]


def test_the_days_of_the_rounds_open_with_a_key_alone(stranger, at_desk, entry, owner):
    page = at_desk.get("/team/ideas/batches").content.decode()
    key = page.split("calendar.ics?key=")[1].split('"')[0]
    days = stranger.get("/team/ideas/calendar.ics", {"key": key}).content.decode()
    assert days.count("BEGIN:VEVENT") == 2
    assert stranger.get("/team/ideas/calendar.ics", {"key": key + "x"}).status_code == 404


def test_lines_of_a_calendar_are_cut_within_75_bytes(entry, owner):
    for line in calendar_feed.feed(desk.batches(), owner, "patogh.example").split("\r\n"):
        assert len(line.encode()) <= 75


def test_the_days_of_a_round_are_typed_as_people_write_them(at_desk, entry):
    at_desk.post(f"/team/ideas/batches/{entry.batch_id}", {"answers_by": "۱۴۰۶/۶/۱"})
    entry.batch.refresh_from_db()
    assert entry.batch.answers_by.date().isoformat() == "2027-08-23"
    at_desk.post(f"/team/ideas/batches/{entry.batch_id}", {"answers_by": "never"})
    assert Idea.objects.count() == 1


def test_two_like_ideas_stand_beside_each_other(at_desk, waiting, other_member, here):
    other = making.submitted(
        other_member, here, Draft(title="جای بطری برای دوچرخهٔ تاشو", lead="ا" * 20, problem="بطری", proposal="قاب")
    )
    assert at_desk.get(f"/team/ideas/{other.pk}").status_code == 200
