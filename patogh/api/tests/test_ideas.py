"""Ideas for programs: read, supported, drafted and submitted, as on the pages; the team's notes are never said."""

from dataclasses import replace

import pytest

from patogh.activity.models import Activity
from patogh.api.actions import make_token
from patogh.api.tests.conftest import Program
from patogh.ideas.actions import programmes
from patogh.ideas.tests import making

pytestmark = pytest.mark.django_db


def program(member, *scopes):
    return Program(make_token("ideas", list(scopes or ("read:ideas", "write:ideas")), by=member)[1])


def test_an_idea_is_listed_read_and_stood_behind_once(owner, member, other_member):
    idea = making.gathering(member, making.programme(owner), by=owner)
    theirs = program(other_member)
    assert [row["id"] for row in theirs.get("/ideas?tab=new").json()["items"]] == [idea.pk]
    for _ in range(2):
        said = theirs.ask("PUT", f"/ideas/{idea.pk}/support").json()
    assert (said["supporters"], said["i_support"]) == (1, True)
    assert theirs.ask("DELETE", f"/ideas/{idea.pk}/support").json()["supporters"] == 0


def test_a_draft_is_its_authors_alone_until_it_is_submitted(owner, member, other_member):
    call = making.programme(owner)
    mine = program(member)
    made = mine.ask(
        "POST", "/ideas", {"programme": call.slug, "title": "چراغ دینامی", "problem": "تاریک است", "proposal": "دینام"}
    )
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    path = f"/ideas/{made.json()['id']}"
    assert program(other_member).get(path).status_code == 404
    assert mine.ask("PATCH", path, {"lead": "روشن"}).json()["lead"] == "روشن"


def test_moves_say_the_public_reason_and_no_note(owner, member):
    idea = making.gathering(member, making.programme(owner), by=owner)
    rows = program(member).get(f"/ideas/{idea.pk}/moves").json()["items"]
    assert "publish" in [row["move"] for row in rows]
    assert all("note" not in row for row in rows)


def test_programmes_tell_their_rules_and_odds(owner, member):
    call = making.programme(owner)
    theirs = program(member)
    assert theirs.get("/programmes").json()["items"][0]["slug"] == call.slug
    assert theirs.get(f"/programmes/{call.slug}/rules").json()["stations"]
    assert theirs.get(f"/programmes/{call.slug}/odds").json()["published"] == 0


def test_reading_alone_does_not_support(owner, member, other_member):
    idea = making.gathering(member, making.programme(owner), by=owner)
    assert program(other_member, "read:ideas").ask("PUT", f"/ideas/{idea.pk}/support").status_code == 403


def test_a_draft_is_thrown_away_and_an_idea_recalled_and_withdrawn(owner, member, other_member):
    call, mine = making.programme(owner), program(member)
    path = f"/ideas/{making.idea_of(member, call).pk}"
    assert mine.ask("PUT", f"{path}/submission", {}).json()["state"] == "submitted"
    assert mine.ask("DELETE", f"{path}/submission").json()["state"] == "draft"
    assert program(other_member).ask("DELETE", path).status_code == 404
    assert (mine.ask("DELETE", path).status_code, mine.get(path).status_code) == (204, 404)
    idea = making.gathering(member, call, by=owner)
    said = mine.ask("PUT", f"/ideas/{idea.pk}/withdrawal", {"reason": "راه بهتری یافتم"})
    assert said.json()["state"] == "withdrawn"
    last = mine.get(f"/ideas/{idea.pk}/moves").json()["items"][0]
    assert (last["move"], last["reason"], last["by"]) == ("withdraw", "راه بهتری یافتم", member.handle)
    assert mine.ask("DELETE", f"/ideas/{idea.pk}").status_code == 409


def test_supporters_follow_answer_and_find_their_supports(owner, member, other_member):
    idea = making.gathering(member, making.programme(owner), by=owner)
    theirs = program(other_member)
    assert theirs.ask("PUT", f"/ideas/{idea.pk}/follow", {}).json()["i_follow"] is True
    assert theirs.ask("DELETE", f"/ideas/{idea.pk}/follow").json()["i_follow"] is False
    assert theirs.ask("PUT", f"/ideas/{idea.pk}/survey", {"price_minor": 5}).status_code == 409
    theirs.ask("PUT", f"/ideas/{idea.pk}/support")
    said = theirs.ask("PUT", f"/ideas/{idea.pk}/survey", {"price_minor": 1_500_000, "words": "گران"})
    assert said.json()["answer"]["price_minor"] == 1_500_000
    assert theirs.get(f"/ideas/{idea.pk}/survey").json()["answer"]["words"] == "گران"
    assert [row["idea"] for row in theirs.get("/me/supports").json()["items"]] == [idea.pk]
    assert program(member).get("/me/supports").json()["items"] == []
    assert [row["id"] for row in program(member).get("/me/ideas").json()["items"]] == [idea.pk]


def test_lists_narrow_by_state_programme_and_category(owner, member):
    call = making.programme(owner)
    idea = making.gathering(member, call, by=owner)
    programmes.put_category(call, programmes.Shelf("bags", "کیف", "Bags"), by=owner)
    mine = program(member)
    assert [row["slug"] for row in mine.get(f"/programmes/{call.slug}/categories").json()["items"]] == ["bags"]
    ids = lambda query: [row["id"] for row in mine.get(f"/ideas?{query}").json()["items"]]  # noqa: E731 - a word for below
    assert ids("state=gathering") == ids(f"programme={call.slug}") == [idea.pk]
    assert ids("state=approved") == ids(f"programme={call.slug}&category=bags") == []
    assert mine.get("/ideas?state=draft").status_code == 422
    assert mine.get("/ideas?category=bags").status_code == 404


def test_older_versions_of_rules_are_read(owner, member):
    call = making.programme(owner)
    programmes.change_rules(call, replace(making.SMALL, copies=3), note="سه نسخه", note_en="three", by=owner)
    mine = program(member)
    assert mine.get(f"/programmes/{call.slug}/rules").json()["copies"] == 3
    assert mine.get(f"/programmes/{call.slug}/rules?version=1").json()["copies"] == making.SMALL.copies
    assert [row["version"] for row in mine.get(f"/programmes/{call.slug}/rules/versions").json()["items"]] == [2, 1]
    assert mine.get(f"/programmes/{call.slug}/rules?version=9").status_code == 404


def test_what_comes_over_the_api_says_so(owner, member, other_member):
    idea = making.gathering(member, making.programme(owner), by=owner)
    program(other_member).ask("PUT", f"/ideas/{idea.pk}/support")
    assert Activity.objects.get(verb="ideas.support_given").channel == "api"
    assert set(Activity.objects.filter(verb__startswith="ideas.idea_").values_list("channel", flat=True)) == {"web"}
