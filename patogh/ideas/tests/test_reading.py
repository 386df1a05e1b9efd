"""The reading pages of ideas: list, page, rules, odds, feeds, card and frame."""

import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.activity import upkeep
from patogh.ideas import roads
from patogh.ideas.actions import drafting, moving
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.actions.programmes import change_rules
from patogh.ideas.actions.stamps import touch
from patogh.ideas.actions.supporting import give_support
from patogh.ideas.models import Idea, Programme
from patogh.ideas.queries import lists
from patogh.ideas.queries.lists import Scope, idea_path, ideas_in
from patogh.ideas.terms import Station, Terms
from patogh.ideas.tests.making import (
    SMALL,
    WORDS,
    count_to,
    gathering,
    idea_of,
    in_review,
    people,
    programme,
    walked,
)
from patogh.kit.pages import BadCursor
from patogh.looks.assembly import store

HIDDEN = Terms(stations=(Station(2, 60), Station(4, 365), Station(6000, 182)), is_adaptive=False, hides_counts=True)


@pytest.fixture
def call(owner) -> Programme:
    """A call with stations at 2, 4 and 6."""
    return programme(owner)


@pytest.fixture
def idea(call, member, owner) -> Idea:
    """An idea of Mina's that gathers."""
    return gathering(member, call, by=owner)


def path(idea: Idea) -> str:
    return idea_path(idea.pk, idea.title)


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def many(call, member, owner, count: int) -> list[Idea]:
    made = []
    for number in range(count):
        words = Draft(f"{WORDS.title} {number}", WORDS.lead, WORDS.problem, WORDS.proposal)
        idea = walked(idea_of(people(1, f"maker{number}")[0], call, words), "gathering", owner)
        made.append(idea)
    return made


def test_a_page_tells_title_makers_road_moves_and_the_rules_that_hold(client, idea, member):
    page = text(client, path(idea))
    assert idea.title in page
    assert member.name in page
    assert "idea-road" in page
    assert "idea-vroad" in page
    assert f"/ideas/programmes/rekab/rules?version={idea.rules.number}" in page


def test_an_address_with_another_name_leads_to_the_right_one(client, idea):
    for address in (f"/ideas/{idea.pk}", f"/ideas/{idea.pk}/anything"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert idea.title.split(" ")[0] in unquote(answer["Location"])


def test_a_draft_is_seen_by_its_maker_and_by_nobody_else(client, signed_in, call, member, other_member):
    idea = idea_of(member, call)
    assert client.get(path(idea)).status_code == 404
    assert signed_in(other_member).get(path(idea)).status_code == 404
    assert signed_in(member).get(path(idea)).status_code == 200


def test_a_reason_stands_on_the_page_with_its_name_and_the_note_does_not(client, idea, owner):
    said = {"reason": "همین را می‌سازیم", "reason_en": "We make this", "note": "میان خودمان بماند"}
    moving.archive(idea, by=owner, **said)
    page = text(client, path(idea))
    assert "همین را می‌سازیم" in page
    assert owner.name in page
    assert "میان خودمان" not in page


def test_an_idea_that_came_back_names_the_rule(client, call, member, owner):
    idea = walked(idea_of(member, call), "returned", owner)
    walked_on = moving.locked(idea.pk)
    assert walked_on.state == "returned"
    drafting.submit(walked_on, by=member)
    moving.publish(Idea.objects.get(pk=idea.pk), by=owner)
    assert "آن‌قدر روشن باشد" in text(client, path(idea))


def test_hidden_counts_are_nowhere_while_an_idea_gathers(client, owner, member):
    call = programme(owner, HIDDEN, slug="quiet")
    idea = count_to(gathering(member, call, by=owner), 1937)
    places = (
        path(idea),
        "/ideas",
        "/ideas?tab=pace",
        "/ideas/feed.atom",
        "/ideas/feed.json",
        f"/ideas/{idea.pk}/embed",
        f"/ideas/{idea.pk}/history",
    )
    for place in places:
        page = text(client, place)
        assert "۱٬۹۳۷" not in page, place
        assert "۴٬۰۶۳" not in page, place
        assert '"userInteractionCount"' not in page, place


def test_a_merged_idea_leads_to_the_other_and_keeps_its_history(client, call, member, other_member, owner):
    here = gathering(member, call, by=owner)
    twin = gathering(
        other_member, call, by=owner, words=Draft("ایدهٔ همانند دیگری", WORDS.lead, WORDS.problem, WORDS.proposal)
    )
    walked_twin = moving.locked(twin.pk)
    walked_twin.merged_into = here
    walked_twin.save(update_fields=["merged_into"])
    _merge(walked_twin, owner)
    answer = client.get(path(twin))
    assert (answer.status_code, answer["Location"]) == (302, f"/ideas/{here.pk}")
    touch(here)
    assert twin.title in text(client, path(here))
    assert here.title in text(client, f"/ideas/{twin.pk}/history")


def _merge(idea: Idea, owner) -> None:
    upkeep(lambda: moving.make_move(idea, "merge", by=owner, reason="همان", reason_en="the same"))()


def test_a_page_is_kept_until_its_idea_moves(client, idea, other_member, django_assert_max_num_queries):
    text(client, path(idea))
    with django_assert_max_num_queries(6):
        text(client, path(idea))
    Idea.objects.filter(pk=idea.pk).update(title="نام دیگر")
    assert "نام دیگر" not in text(client, path(idea))
    touch(idea)
    answer = client.get(f"/ideas/{idea.pk}/x", follow=True)
    assert "نام دیگر" in answer.content.decode()


def test_marks_of_a_reader_stand_on_the_body_alone(signed_in, idea, other_member):
    theirs = signed_in(other_member)
    assert "has-support" not in theirs.get(path(idea)).content.decode().split("<body", 1)[1][:300]
    give_support(idea, by=other_member)
    assert "has-support" in theirs.get(path(idea)).content.decode().split("<body", 1)[1][:300]


@pytest.mark.parametrize("tab", ["near", "pace", "new", "review", "made", "ended"])
def test_every_tab_answers_with_none_and_with_some(client, call, member, owner, tab):
    assert client.get(f"/ideas?tab={tab}").status_code == 200
    gathering(member, call, by=owner)
    store.clear()
    assert client.get(f"/ideas?tab={tab}&programme=rekab").status_code == 200


def test_states_stand_in_their_tabs(call, owner):
    wanted = {
        "gathering": "near",
        "in_review": "review",
        "on_sale": "made",
        "expired": "ended",
        "not_approved": "ended",
    }
    for number, (state, _tab) in enumerate(wanted.items()):
        walked(idea_of(people(1, f"of{number}x")[0], call), state, owner)
    for state, tab in wanted.items():
        assert state in {row.state for row in ideas_in(Scope(), tab)}, state


def test_a_list_costs_as_many_queries_with_thirty_rows_as_with_one(
    client, call, member, owner, django_assert_num_queries
):
    many(call, member, owner, 1)
    client.get("/ideas")
    counts = []
    for more in (0, 29):
        for number in range(more):
            words = Draft(f"{WORDS.title} باز {number}", WORDS.lead, WORDS.problem, WORDS.proposal)
            walked(idea_of(people(1, f"more{number}")[0], call, words), "gathering", owner)
        store.clear()
        with CaptureQueriesContext(connection) as seen:
            text(client, "/ideas")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_pages_of_a_list_meet_without_gap_or_twin(call, member, owner):
    made = {idea.pk for idea in many(call, member, owner, 7)}
    for tab in ("near", "pace", "new"):
        seen, after = [], None
        while True:
            page = ideas_in(Scope(), tab, after=after, size=3)
            seen += [row.id for row in page]
            after = page.next
            if after is None:
                break
        assert sorted(seen) == sorted(made)
        back = ideas_in(
            Scope(),
            tab,
            before=ideas_in(Scope(), tab, after=ideas_in(Scope(), tab, size=3).next, size=3).previous,
            size=3,
        )
        assert [row.id for row in back] == seen[:3]


@pytest.mark.parametrize(
    "query",
    [
        "tab=none",
        "programme=none",
        "category=x",
        "tab=new&category=nothing&programme=rekab",
        "tab=%00",
        "tab=near&programme=%27--",
    ],
)
def test_lists_that_there_are_not_are_not_found(client, call, query):
    assert client.get(f"/ideas?{query}").status_code == 404


@pytest.mark.parametrize("cursor", ["x", "WzEsMiwzXQ", "WyJhIiwxLDBd", "W251bGwsMSwwXQ", "WzFlOTk5LDEsMF0"])
def test_a_broken_cursor_says_so(client, call, idea, cursor):
    with pytest.raises(BadCursor):
        ideas_in(Scope(), "near", after=cursor)
    assert client.get(f"/ideas?after={cursor}").status_code == 400


def test_rules_are_sentences_and_every_version_tells_what_it_changed(client, call, owner):
    change_rules(call, replace(SMALL, royalty_bps=250), by=owner, note="سهم بیشتر")
    page = text(client, "/ideas/programmes/rekab/rules")
    assert "۲٫۵٪" in page
    assert "سهم بیشتر" in page
    assert "۱٪" in text(client, "/ideas/programmes/rekab/rules?version=1")
    for number in ("9", "x", "-1", "99999999999999999999"):
        assert client.get(f"/ideas/programmes/rekab/rules?version={number}").status_code == 404


def test_an_idea_stays_bound_to_the_version_it_began_with(client, call, idea, owner):
    change_rules(call, replace(SMALL, royalty_bps=900), by=owner)
    touch(idea)
    page = text(client, path(idea))
    assert "rules?version=1" in page
    assert "۹٪" not in page


@pytest.mark.parametrize("place", ["/ideas/odds", "/ideas/roadmap", "/ideas/made"])
def test_pages_about_all_ideas_answer_with_none_and_with_some(client, call, member, owner, place):
    assert client.get(place).status_code == 200
    made = walked(idea_of(member, call), "on_sale", owner)
    page = text(client, place)
    assert made.title in page or place == "/ideas/odds"


def test_a_draft_is_nobody_elses_on_the_team_either(signed_in, call, member, owner):
    draft = idea_of(member, call)
    assert signed_in(owner).get(f"/ideas/{draft.pk}").status_code == 404


def test_feeds_name_new_ideas_and_no_draft(client, idea, call, other_member):
    draft = idea_of(other_member, call, Draft("پنهان در کشو", WORDS.lead, WORDS.problem, WORDS.proposal))
    atom, found = text(client, "/ideas/feed.atom"), json.loads(text(client, "/ideas/feed.json"))
    assert idea.title in atom
    assert draft.title not in atom
    assert [item["title"] for item in found["items"]] == [idea.title]


def test_a_frame_may_be_put_anywhere_and_runs_no_script(client, idea):
    answer = client.get(f"/ideas/{idea.pk}/embed")
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert "X-Frame-Options" in client.get(path(idea))


def test_a_card_is_a_picture_kept_by_version(client, idea):
    answer = client.get(f"/ideas/{idea.pk}/card.png")
    assert answer.content.startswith(b"\x89PNG")
    again = client.get(f"/ideas/{idea.pk}/card.png", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    touch(idea)
    assert client.get(f"/ideas/{idea.pk}/card.png")["ETag"] != answer["ETag"]


def test_a_road_has_equal_stretches():
    assert roads.share_of(0, [100, 1000]) == 0
    assert roads.share_of(50, [100, 1000]) == 0.25
    assert roads.share_of(100, [100, 1000]) == 0.5
    assert roads.share_of(550, [100, 1000]) == 0.75
    assert roads.share_of(9999, [100, 1000]) == 1
    assert roads.marks([1, 2, 3, 4]) == (0.25, 0.5, 0.75, 1.0)


def test_home_shows_the_idea_nearest_to_a_station(client, idea):
    assert idea.title in text(client, "/")


def test_a_profile_lists_ideas(client, idea, member):
    assert idea.title in text(client, f"/@{member.handle}/ideas")


def test_the_road_of_all_ideas_reads_a_bounded_number_of_rows(call, member, owner):
    many(call, member, owner, 3)
    found = lists.everybody_on_the_road([], Scope(), SMALL)
    assert len(found.dots) <= lists.DOTS
    assert found.stations == [2, 4, 6]


def test_a_batch_in_review_stands_in_the_sentence(client, call, member, owner):
    idea = in_review(member, call, by=owner)
    assert idea.title in text(client, "/ideas")


def test_an_order_by_counts_leaves_out_those_whose_counts_are_hidden(client, owner, member):
    call = programme(owner, HIDDEN, slug="quiet")
    idea = count_to(gathering(member, call, by=owner), 1937)
    for tab in ("near", "pace"):
        assert idea.pk not in {row.id for row in ideas_in(Scope(), tab)}
    assert idea.title in text(client, "/ideas?programme=quiet")
    assert idea.title in text(client, "/ideas?tab=new")


def test_a_list_of_a_call_walks_an_index(call, member, owner):
    many(call, member, owner, 1)
    shapes = [lists.TABS[tab] for tab in ("near", "pace", "new")]
    plans = [
        lists._places(scope, shape)[0].order_by(*shape.order.columns()).explain()
        for shape in shapes
        for scope in (Scope(), Scope(programme_id=call.pk))
        if scope == Scope() or shape.order.field in lists._TELLING
    ]
    if connection.vendor == "sqlite":
        assert all("USING INDEX idea_by" in plan and "TEMP B-TREE" not in plan for plan in plans), plans


def test_the_reason_stands_at_the_head_of_the_page(client, idea, owner):
    moving.archive(idea, by=owner, reason="پروانه می‌خواهد و نداریم.", reason_en="It needs a licence that we lack.")
    head = text(client, path(idea)).partition('class="idea-way"')[0]
    assert "پروانه می‌خواهد و نداریم." in head
    assert owner.name in head
