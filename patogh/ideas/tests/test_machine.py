"""The table against itself, against the triggers, against the page that shows it, and against random hands."""

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patogh.activity import upkeep
from patogh.activity.road import erasing
from patogh.conftest import made_member
from patogh.ideas import machine
from patogh.ideas.actions import moving
from patogh.ideas.migrations import __path__ as migrations_path
from patogh.ideas.models import Acceptance, Agreement, Idea, Move, RuleVersion
from patogh.ideas.nouns import STATION, VERBS
from patogh.ideas.tests import making
from patogh.kit.errors import PatoghError
from patogh.people.models import Member

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[3] / "docs/rooms/ideas.md"
EDGES = sorted({(step.move, source, step.target) for step in machine.STEPS for source in step.sources})


def migration():
    """Return the module of the triggers; its name begins with a digit."""
    from importlib import import_module

    return import_module("patogh.ideas.migrations.0002_moves")


@pytest.fixture
def here(owner):
    """A programme with small stations."""
    return making.programme(owner)


@upkeep
def insert_move(idea, move, source, target, **more):
    """Insert a move past the code."""
    return Move.objects.create(
        idea=idea, number=idea.moves_count + 1, move=move, source=source, target=target, made_at=timezone.now(), **more
    )  # fmt: skip


def refused(statement, *args):
    """Whether the database itself refuses a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, args)
    except DatabaseError:
        return True
    return False


def test_the_triggers_hold_the_table_of_the_code():
    assert migration().edges() == sorted([*EDGES, (STATION, "gathering", "gathering")])
    assert migrations_path


def test_every_state_is_reached_and_known_and_every_move_has_its_verb():
    reached = {machine.DRAFT} | {step.target for step in machine.STEPS}
    assert reached == set(machine.STATES) and set(making.WAYS) == reached
    assert {step.move for step in machine.STEPS} | {STATION} == set(VERBS)


def test_the_page_shows_the_table():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| `(\w+)` \| (\w+) \| (yes|no) \|$", PAGE.read_text(), re.MULTILINE)
    said = [
        (move, tuple(re.findall(r"`(\w+)`", sources)), target, who, reason == "yes")
        for move, sources, target, who, reason in rows
    ]
    assert said == [(step.move, step.sources, step.target, step.who, step.reason) for step in machine.STEPS]


@pytest.mark.parametrize("state", machine.STATES)
def test_the_database_takes_from_each_state_only_the_steps_of_the_table(state, here, member, owner):
    idea = making.walked(making.idea_of(member, here), state, owner)
    taken = set()
    for move in VERBS:
        for source in {state, "gathering"}:
            for target in machine.STATES:
                try:
                    with transaction.atomic():
                        insert_move(idea, move, source, target)
                        taken.add((move, source, target))
                        transaction.set_rollback(True)
                except DatabaseError:
                    continue
    wanted = {edge for edge in EDGES if edge[1] == state}
    assert taken == (wanted | {(STATION, state, state)} if state == "gathering" else wanted)


@pytest.mark.parametrize("state", machine.STATES)
def test_the_database_refuses_a_state_without_its_move(state, here, member, owner):
    idea = making.walked(making.idea_of(member, here), state, owner)
    for target in machine.STATES:
        if target != state:
            assert refused("UPDATE ideas_idea SET state = %s WHERE id = %s", target, idea.pk)
            assert refused(
                "UPDATE ideas_idea SET state = %s, moves_count = moves_count + 1 WHERE id = %s", target, idea.pk
            )
    assert refused("UPDATE ideas_idea SET milestone = milestone + 1 WHERE id = %s", idea.pk)
    assert refused("UPDATE ideas_idea SET moves_count = moves_count - 1 WHERE id = %s", idea.pk) or state == "draft"


def test_a_move_must_be_the_next_one_of_its_idea(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    for number in (1, 2, 4):
        idea.moves_count = number - 1
        with pytest.raises(DatabaseError), transaction.atomic():
            insert_move(idea, "withdraw", "gathering", "withdrawn")


def test_an_idea_begins_as_a_draft_in_the_database_too(here, member):
    here.refresh_from_db()
    now = timezone.now()
    with pytest.raises(DatabaseError), transaction.atomic():
        Idea.objects.create(
            programme=here, rules=here.rules, author=member, title="از میان", state="on_sale", state_since=now, created_at=now, active_at=now
        )  # fmt: skip


def test_moves_are_append_only_and_rules_too(here, member, owner):
    move = making.gathering(member, here, by=owner).moves.first()
    for change in ("state", "made_at", "number", "move"):
        column = "target" if change == "state" else change
        assert refused(
            f"UPDATE ideas_move SET {column} = %s WHERE id = %s", "2020-01-01" if change == "made_at" else 7, move.pk
        )
    assert refused("UPDATE ideas_move SET reason = 'x' WHERE id = %s", move.pk)
    assert refused("DELETE FROM ideas_move WHERE id = %s", move.pk)
    version = RuleVersion.objects.get()
    assert refused("UPDATE ideas_ruleversion SET terms = '{}' WHERE id = %s", version.pk)
    assert refused("UPDATE ideas_ruleversion SET sha256 = 'x' WHERE id = %s", version.pk)
    assert refused("DELETE FROM ideas_ruleversion WHERE id = %s", version.pk)


def test_an_idea_stays_bound_to_its_rules(here, member, owner):
    idea = making.idea_of(member, here)
    other = making.programme(owner, slug="other")
    other.refresh_from_db()
    assert refused("UPDATE ideas_idea SET rules_id = %s WHERE id = %s", other.rules_id, idea.pk)
    assert refused("UPDATE ideas_idea SET programme_id = %s WHERE id = %s", other.pk, idea.pk)


def test_an_erasure_blanks_names_and_words_of_a_move_and_nothing_else(here, member, owner):
    idea = making.walked(making.idea_of(member, here), "returned", owner)
    move = idea.moves.get(move="return")
    with erasing():
        Move.objects.filter(pk=move.pk).update(by=None, note="", reason="", reason_en="")
        assert refused("UPDATE ideas_move SET reason = 'other words' WHERE id = %s", move.pk)
        assert refused("UPDATE ideas_move SET by_id = %s WHERE id = %s", member.pk, move.pk)
        assert refused("UPDATE ideas_move SET target = 'on_sale' WHERE id = %s", move.pk)
    move.refresh_from_db()
    assert (move.by_id, move.note, move.reason) == (None, "", "")


HANDS = st.lists(
    st.tuples(
        st.sampled_from([*(step.move for step in machine.STEPS), STATION, "no_such"]),
        st.sampled_from(["author", "stranger", "team", "board", "nobody"]),
        st.booleans(),
    ),
    max_size=14,
)  # fmt: skip
RIGHTS = {
    "author": {"author"},
    "stranger": set(),
    "team": {"team"},
    "board": {"team", "board"},
    "nobody": {"clock", "board"},
}
LIKELY = st.sampled_from([making.WAYS[state] for state in machine.STATES])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(way=LIKELY, hands=HANDS)
def test_random_moves_by_random_hands_follow_the_table(way, hands):
    with transaction.atomic():
        cast = _cast()
        idea = making.idea_of(cast["author"], making.programme(cast["board"]))
        for move in way.split():
            _tried(idea, cast, move, True)
        for move, hand, has_words in hands:
            _tried(idea, cast, move, has_words, hand)
        assert Move.objects.filter(idea=idea).count() == idea.moves_count
        transaction.set_rollback(True)


def _cast():
    """Return one member for each hand."""
    if Member.objects.filter(handle="author").exists():
        return {name: Member.objects.filter(handle=name).first() for name in RIGHTS}
    roles = {"team": "moderator", "board": "owner"}
    made = {name: made_member(name, name, roles.get(name, "")) for name in RIGHTS if name != "nobody"}
    return {**made, "nobody": None}


def _tried(idea, cast, move, has_words, hand=""):
    """Try a move; it succeeds just where the table says so, and where it does not, nothing has changed."""
    step = next((step for step in machine.STEPS if step.move == move), None)
    if not hand and step:
        hand = {"author": "author", "team": "team", "board": "board", "clock": "nobody"}[step.who]
    words = making.SAID if has_words else {}
    fits = step is not None and idea.state in step.sources and step.who in RIGHTS[hand]
    fits = fits and (has_words or not step.reason)
    before = (idea.state, idea.moves_count)
    try:
        _step(idea, move, cast[hand] if hand else None, words)
    except PatoghError:
        assert not fits
        held = Idea.objects.get(pk=idea.pk)
        assert (held.state, held.moves_count) == before == (idea.state, idea.moves_count)
    else:
        assert fits and (idea.state, idea.moves_count) == (step.target, before[1] + 1)
        assert (idea.state == "gathering") == (idea.window_ends_at is not None)


@upkeep
def _step(idea, move, by, words):
    """Make a move on the locked row, and give what became of it to the object that the test holds."""
    row = moving.locked(idea.pk)
    moving.make_move(row, move, by=by, **words)
    idea.refresh_from_db()


def test_every_trigger_stands_after_all_migrations():
    with connection.cursor() as cursor:
        tables = {
            "postgresql": "SELECT tgname FROM pg_trigger",
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        }
        cursor.execute(tables[connection.vendor])
        standing = {name for (name,) in cursor.fetchall()}
    assert {name for name, *_rest in migration()._rules()} - standing == set()


def test_an_agreement_and_its_acceptance_are_append_only(here, member, owner):
    idea, now = making.walked(making.idea_of(member, here), "approved", owner), timezone.now()
    agreement = Agreement.objects.create(
        idea=idea, version=1, text="متن", text_en="text", bps=100, shares={}, sha256="a" * 64, made_at=now
    )
    maker = idea.creators.get()
    accepted = Acceptance.objects.create(
        agreement=agreement, creator=maker, sha256="a" * 64, language="fa", accepted_at=now
    )
    assert refused("UPDATE ideas_agreement SET bps = 1 WHERE id = %s", agreement.pk)
    assert refused("UPDATE ideas_agreement SET text = 'x' WHERE id = %s", agreement.pk)
    assert refused("UPDATE ideas_acceptance SET sha256 = 'x' WHERE id = %s", accepted.pk)
    assert refused("DELETE FROM ideas_acceptance WHERE id = %s", accepted.pk)
    assert refused("DELETE FROM ideas_agreement WHERE id = %s", agreement.pk)
