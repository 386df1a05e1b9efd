"""Ideas for programs: read, supported, drafted and submitted, as on the pages; the team's notes are never said."""

import pytest

from patogh.api.actions import make_token
from patogh.api.tests.conftest import Program
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
