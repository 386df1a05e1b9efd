"""Relations in rules: following somebody of a segment, and by whose code somebody came; always as they are now."""

from __future__ import annotations

import datetime as dt
import random
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patogh.activity import jobs
from patogh.conftest import made_member
from patogh.hangout import actions as talk
from patogh.hangout.actions import NewTopic, SpaceFacts
from patogh.people import actions as people
from patogh.people.actions.erasing import erase_member
from patogh.people.models import MemberFollow, Person
from patogh.persons.actions.merging import merge_persons
from patogh.persons.actions.undoing import undo_merge
from patogh.segments import actions, limits
from patogh.segments.actions import moving
from patogh.segments.actions.moving import note_moved, spread_some
from patogh.segments.asking.batch import of_persons
from patogh.segments.asking.estimating import look
from patogh.segments.asking.verdicts import verdicts
from patogh.segments.errors import BadRule, IsAskedFor
from patogh.segments.models import Membership, Moved, Segment
from patogh.segments.rules.printing import text_of
from patogh.segments.rules.reading import known, parse
from patogh.segments.rules.sentences import sentence_of
from patogh.shop import actions as shop
from patogh.shop.actions import CodeFacts
from patogh.shop.actions.streams import OrderVersion, StreamLine, take_version

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
FANS = "follows_one_of(askers)"


def inside(segment):
    return set(Membership.objects.filter(segment=segment, left_at=None).values_list("person_id", flat=True))


def person(member):
    member.identity.refresh_from_db()
    return member.identity.person_id


def order(number, buyer, codes=("MINA-20",), *, hour=0, state="paid"):
    lines = (StreamLine(1, "LAMP", "چراغ", 1, 1_000),)
    moment = MORNING + dt.timedelta(hours=hour)
    take_version(OrderVersion("rekab.ir", number, number, state, "IRR", MORNING, moment, lines, codes=codes), by=buyer)
    jobs.drain()


@pytest.fixture
def ask(owner):
    """Ask a question as somebody."""
    space = talk.open_space(SpaceFacts("repair", "تعمیر", "Repair"), by=owner)

    def asked(member):
        talk.open_topic(space, NewTopic(title="چرا زنجیر؟", text="از دیروز صدا می‌دهد.", kind="question"), by=member)
        jobs.drain()

    return asked


@pytest.fixture
def askers(make):
    """The segment of those who asked within thirty days."""
    return make("asked within 30 days", "askers")


@pytest.fixture
def code(owner, other_member):
    """A code that another member shares."""
    return shop.make_code(CodeFacts("MINA-20", owner=other_member, starts_at=MORNING, uses_per_person_max=9), by=owner)


def test_whoever_follows_somebody_of_a_segment_is_in_as_soon_as_it_begins(make, askers, ask, member, other_member):
    ask(other_member)
    fans = make(FANS, "fans")
    people.follow_member(other_member, by=member)
    jobs.drain()
    assert inside(fans) == {person(member)}
    people.unfollow_member(other_member, by=member)
    jobs.drain()
    assert inside(fans) == set()


def test_followers_come_and_go_with_those_whom_they_follow(make, askers, ask, member, other_member):
    with time_machine.travel(MORNING, tick=False) as clock:
        fans = make(f"follows_one_of({askers.slug})", "fans")
        people.follow_member(other_member, by=member)
        jobs.drain()
        assert inside(fans) == set()
        ask(other_member)
        assert inside(fans) == {person(member)}
        clock.shift(dt.timedelta(days=30, seconds=1))
        actions.turn_some()
        jobs.drain()
        assert inside(fans) == set()


def test_another_rule_of_the_segment_reaches_those_who_follow_its_people(make, askers, member, other_member, owner):
    people.follow_member(other_member, by=member)
    fans = make(f"follows_one_of({askers.slug})", "fans")
    actions.change_rule(askers, "joined within 900 days", by=owner)
    jobs.drain()
    assert inside(fans) == {person(member)}
    erase_member(other_member, by=owner)
    jobs.drain()
    assert inside(fans) == set()


def test_the_followers_of_somebody_famous_are_asked_in_steps(make, askers, ask, other_member):
    fans = [made_member(f"fan{at}", f"هوادار {at}") for at in range(7)]
    for fan in fans:
        people.follow_member(other_member, by=fan)
    segment = make(f"follows_one_of({askers.slug})", "fans")
    Membership.objects.create(segment=askers, person_id=person(other_member), version=1, why="road", entered_at=MORNING)
    note_moved([person(other_member), person(fans[0])])
    assert [spread_some(most=3), spread_some(most=3), spread_some(most=3), spread_some(most=3)] == [1, 1, 1, 0]
    actions.follow_some()
    assert inside(segment) == {person(fan) for fan in fans}
    assert not Moved.objects.exists()


def test_whoever_moves_again_while_their_followers_are_asked_begins_anew(member, monkeypatch):
    def moving_again(**asked):
        Moved.objects.update(last_follow=0)
        return MemberFollow.objects.filter(**asked)

    Moved.objects.create(person_id=person(member), last_follow=7)
    monkeypatch.setattr(moving, "MemberFollow", SimpleNamespace(objects=SimpleNamespace(filter=moving_again)))
    assert spread_some() == 1
    assert Moved.objects.get().last_follow == 0


def test_a_segment_that_asks_for_itself_is_refused_where_it_says_so(make, askers, owner):
    fans = make(f"asked ever and follows_one_of({askers.slug})", "fans")
    far = make(f"follows_one_of({fans.slug})", "far")
    for slug, rule in ((askers.slug, f"joined within 5 days and follows_one_of({far.slug})"), (fans.slug, f"not follows_one_of({fans.slug})")):  # fmt: skip
        with pytest.raises(BadRule) as refused:
            actions.change_rule(Segment.objects.get(slug=slug), rule, by=owner)
        assert refused.value.column == rule.index("follows_one_of(") + len("follows_one_of(") + 1
    with pytest.raises(IsAskedFor):
        actions.retire(askers, by=owner)
    actions.retire(far, by=owner)
    assert text_of(known(f"follows_one_of({far.slug})")) == f"follows_one_of({far.slug})"


@pytest.mark.parametrize(("text", "column"), [("follows_one_of(nobody)", 16), ("brought_by(mina)", 12), ("brought_by()", 12), ("asked or brought_by(@)", 21)])  # fmt: skip
def test_a_relation_to_what_is_not_there_is_refused_with_its_place(text, column):
    with pytest.raises(BadRule) as refused:
        parse(text)
    assert (refused.value.line, refused.value.column) == (1, column)


def test_a_segment_may_be_named_and_is_kept_by_its_slug_and_told_by_its_name(make, owner, settings):
    loyal = make("asked ever", "خریداران وفادار")
    rule = parse('follows_one_of("خریداران وفادار")')
    assert text_of(rule) == f'follows_one_of("{loyal.slug}")'
    assert parse(text_of(rule)) == rule
    actions.edit_segment(loyal, "دوستان", "", by=owner)
    assert "«دوستان»" in sentence_of(rule)
    assert sentence_of(parse("brought_by(anyone)")) == "با کدِ کسی آمده"


def test_whoever_comes_by_a_code_is_in_until_the_order_goes_back(make, code, member, other_member, lamp):
    by_her, by_anyone = make("brought_by(@reza)", "با کد رضا"), make("brought_by(anyone)", "با کد")
    assert other_member.handle == "reza"
    order("1", member.identity)
    assert inside(by_her) == inside(by_anyone) == {person(member)}
    order("1", member.identity, codes=(), hour=1)
    assert inside(by_her) == inside(by_anyone) == set()


def test_a_code_that_gets_another_owner_takes_its_people_along(make, code, member, owner, other_member, lamp):
    order("1", member.identity)
    by_her, by_him = make("brought_by(@reza)", "با کد رضا"), make(f"brought_by(@{owner.handle})", "با کد من")
    shop.edit_code(code, CodeFacts("", owner=owner, starts_at=MORNING, uses_per_person_max=9), by=owner)
    jobs.drain()
    assert (inside(by_her), inside(by_him)) == (set(), {person(member)})
    erase_member(other_member, by=owner)
    jobs.drain()
    assert inside(by_him) == {person(member)}


def test_a_rule_with_relations_is_counted_like_any_other(make, askers, ask, member, other_member, monkeypatch):
    ask(other_member)
    people.follow_member(other_member, by=member)
    rule = parse(f"follows_one_of({askers.slug}) or brought_by(anyone)")
    for name, whatever_came_before in (("EXACT_SLOTS_MAX", 10**9), ("SAMPLE_SLOTS", 10**9), ("LOOK_S", 60)):
        monkeypatch.setattr(limits, name, whatever_came_before)
    assert (look(rule).count.members, look(rule).count.is_exact) == (1, True)
    monkeypatch.setattr(limits, "EXACT_SLOTS_MAX", 1)
    found = look(rule).count
    assert (found.is_exact, found.members) == (False, 1)


@pytest.mark.parametrize("rule", ["follows_one_of(askers)", "brought_by(@reza) and not brought_by(anyone)"])
def test_a_relation_is_asked_of_thirty_in_as_many_statements_as_of_one(make, rule):
    make("asked ever", "askers")
    crowd = [made_member(f"fan{at}", f"هوادار {at}").identity.person_id for at in range(30)]
    costs = []
    for some in (crowd[:1], crowd):
        with CaptureQueriesContext(connection) as seen:
            verdicts(parse(rule), of_persons(some, timezone.now()))
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_the_builder_offers_segments_and_takes_nothing_for_anyone(client, owner, askers):
    client.force_login(owner)
    row = {"mode": "rows", "join": "all", "do": "look", "sign": "", "op": ">=", "amount": "1", "unit": "TOMAN", "when": "ever", "length": "9", "called": ""}  # fmt: skip
    address = reverse("team_segment_new")
    page = client.post(address, row | {"what": "rel:follows_one_of", "value": askers.slug}).content.decode()
    assert f'<option value="{askers.slug}" selected>askers</option>' in page
    assert "کسی را از گروه «askers» دنبال می‌کند" in page
    assert "با کدِ کسی آمده" in client.post(address, row | {"what": "rel:brought_by", "value": ""}).content.decode()


STEPS = ("follow", "unfollow", "mute", "ask", "turn", "order", "change", "merge", "undo", "pass")


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_live_is_what_asking_anew_would_say(
    seed, make, askers, ask, code, owner, member, other_member, lamp
):
    chance = random.Random(seed)
    cast = [owner, member, other_member, *(made_member(f"fan{at}", f"هوادار {at}") for at in range(3))]
    fans = make(f"follows_one_of({askers.slug}) or brought_by(@reza)", "fans")
    make(f"follows_one_of({fans.slug}) and not brought_by(anyone)", "هواداران هواداران")
    merges = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for at in range(20):
            one, two = chance.sample(cast, 2)
            clock.shift(dt.timedelta(seconds=1))
            _step(chance.choice(STEPS), one, two, at, clock=clock, ask=ask, askers=askers, owner=owner, merges=merges)
            jobs.drain()
            while actions.turn_some() or actions.follow_some() or spread_some():
                pass
            everybody = of_persons(Person.objects.values_list("pk", flat=True), timezone.now())
            for segment in Segment.objects.all():
                rule = known(segment.versions.get(number=segment.version).text)
                said = {key for key, verdict in verdicts(rule, everybody).items() if verdict.holds}
                assert inside(segment) == said, (segment.name, at)


def _step(what, one, two, at, *, clock, ask, askers, owner, merges):
    rule = ["asked within 30 days", "joined within 900 days", "asked never"][at % 3]
    steps = {
        "follow": lambda: people.follow_member(two, by=one),
        "unfollow": lambda: people.unfollow_member(two, by=one),
        "mute": lambda: people.mute_member(two, by=one),
        "ask": lambda: ask(one),
        "turn": lambda: clock.shift(dt.timedelta(days=[1, 29, 31][at % 3])),
        "order": lambda: order(str(at % 5), one.identity, () if at % 3 == 0 else ("MINA-20",), hour=at + 1),
        "change": lambda: actions.change_rule(askers, rule, by=owner),
        "merge": lambda: _merge(one, two, owner, merges),
        "undo": lambda: merges and undo_merge(merges.pop(), by=owner),
        "pass": lambda: None,
    }
    one.identity.refresh_from_db()
    askers.refresh_from_db()
    steps[what]()


def _merge(one, two, owner, merges):
    if person(one) != person(two):
        merges.append(merge_persons(one.identity.person, two.identity.person, by=owner, reason="یک نفرند"))
