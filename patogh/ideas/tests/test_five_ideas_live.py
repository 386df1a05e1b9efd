"""Five ideas live: random hands at them for months, then every counter is the rows, and the book says the same to a stranger."""

import datetime as dt
import random

import pytest
from django.db.models import Count, Q, Sum
from django.utils import timezone

from patogh.activity import jobs, upkeep
from patogh.conftest import made_member
from patogh.ideas.actions import (
    clock,
    creators,
    drafting,
    feedback,
    following,
    hiding,
    merging,
    moving,
    supporting,
    surveying,
)
from patogh.ideas.actions.creators import Invited
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.machine import STEPS
from patogh.ideas.models import Creator, Idea, Move, Support
from patogh.ideas.queries import access, lists
from patogh.ideas.terms import Station, Terms
from patogh.ideas.tests.making import WORDS, people, programme
from patogh.ideas.tests.truth import wrong_counters
from patogh.kit.errors import PatoghError
from patogh.ledger.actions import sealing
from patogh.ledger.actions.keeping import init_log
from patogh.ledger.actions.points import award
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import Submission
from patogh.ledger.replaying import replay
from patogh.ledger.signing.publishing import folder
from patogh.ledger.verify.log import Question, verify
from patogh.people.actions.erasing import erase_member
from patogh.search.models import Document

pytestmark = pytest.mark.django_db
TERMS = Terms(
    stations=(Station(3, 30), Station(5, 60), Station(8, 60)),
    is_adaptive=False,
    support_budget=6,
    proposals_open_max=99,
)
REASON = {"reason": "چون چنین است", "reason_en": "because it is so", "rule": "clear"}
DEEDS = 160


class Life:
    """The cast, the ideas, and what may happen to them."""

    def __init__(self, seed, owner, time_machine):
        self.dice, self.owner, self.time = random.Random(seed), owner, time_machine
        self.fans, self.authors = people(9), [made_member("mina", "مینا"), made_member("sara", "سارا")]
        self.here = programme(owner, TERMS)
        self.ideas = [self._begun(number) for number in range(5)]
        self.done = dict.fromkeys(self.deeds(), 0)

    def deeds(self):
        """Return what may be done, the everyday things more often."""
        often = [self.support] * 16 + [self.take_back] * 3 + [self.follow, self.survey, self.rate, self.drain] * 2
        return (
            often
            + [self.move] * 5
            + [
                self.merge,
                self.merge,
                self.part,
                self.part,
                self.days,
                self.makers,
                self.hide,
                self.edit,
                self.again,
                self.again,
            ]
        )

    def _begun(self, number):
        words = Draft(f"{WORDS.title} {number}", WORDS.lead, WORDS.problem, WORDS.proposal)
        idea = drafting.start_idea(self.here, words, by=self.dice.choice(self.authors))
        return moving.publish(drafting.submit(idea, by=idea.author), by=self.owner)

    def one(self, *, gathering=False):
        """Return one of the ideas as it is now, mostly one that gathers where that is asked for."""
        rows = Idea.objects.select_related("rules", "programme", "author").order_by("pk")
        open_ones = list(rows.filter(state="gathering")) if gathering and self.dice.random() < 0.8 else []
        return self.dice.choice(open_ones or list(rows))

    def support(self):
        supporting.give_support(
            self.one(gathering=True), by=self.dice.choice(self.fans), address=f"192.0.2.{self.dice.randrange(4)}"
        )

    def take_back(self):
        held = list(Support.objects.filter(withdrawn_at=None).select_related("idea", "member").order_by("pk"))
        if held:
            row = self.dice.choice(held)
            supporting.take_back_support(row.idea, by=row.member)

    def follow(self):
        deed = self.dice.choice((following.follow_idea, following.follow_idea, following.unfollow_idea))
        deed(self.one(), by=self.dice.choice(self.fans))

    def survey(self):
        answer = surveying.Answer(price_minor=self.dice.randrange(1, 10**9))
        surveying.answer_survey(self.one(), answer, by=self.dice.choice(self.fans))

    def rate(self):
        feedback.give_feedback(self.one(), {"clear": self.dice.randint(1, 5)}, by=self.dice.choice(self.fans))

    def drain(self):
        jobs.drain()

    def move(self):
        """Try any move by whoever may make it; the board's are made as the house announces them."""
        idea = self.one()
        steps = [step.move for step in STEPS if idea.state in step.sources and step.move not in ("merge", "unmerge")]
        if not steps or self.dice.random() < 0.3:  # what does not fit is refused
            steps = [step.move for step in STEPS if step.move not in ("merge", "unmerge")]
        move = self.dice.choice(steps)
        if move in ("withdraw", "expire", "archive") and self.dice.random() < 0.7:
            return
        _stepped(idea, move, idea.author if move in ("submit", "recall", "withdraw") else self.owner)

    def merge(self):
        merging.merge_ideas(self.one(gathering=True), self.one(gathering=True), by=self.owner, **_said(REASON))

    def part(self):
        merged = list(Idea.objects.filter(state="merged").order_by("pk"))
        merging.unmerge_idea(self.dice.choice(merged) if merged else self.one(), by=self.owner, **_said(REASON))

    def days(self):
        self.time.shift(dt.timedelta(days=self.dice.choice((1, 1, 3, 9))))
        clock.expire_due(timezone.now())

    def makers(self):
        idea, fan = self.one(), self.dice.choice(self.fans)
        parts = dict(Creator.objects.filter(idea=idea, state="agreed").values_list("member", "share_bps"))
        if fan.pk not in parts:
            creators.propose_shares(
                idea, {**parts, idea.author_id: parts[idea.author_id] - 1000}, by=idea.author, invite=Invited(fan, 1000)
            )
            creators.agree_to_share(idea, by=fan)
        else:
            creators.leave_making(idea, by=fan)
            supporting.give_support(idea, by=fan)
            creators.come_back(idea, by=fan)

    def hide(self):
        idea = self.one()
        deed = hiding.hide_idea if idea.hidden_at is None else hiding.unhide_idea
        deed(idea, by=self.owner)

    def edit(self):
        idea = self.one()
        words = Draft(idea.title, f"جملهٔ {self.dice.randrange(99)}", idea.problem, idea.proposal)
        drafting.edit_idea(idea, words, by=idea.author)

    def again(self):
        idea = self.one()
        if len(self.ideas) < 12:
            made = drafting.try_again(idea, by=idea.author)
            self.ideas.append(moving.publish(drafting.submit(made, by=made.author), by=self.owner))

    def lived(self):
        """Let it all happen; whatever is refused changes nothing."""
        for number in range(DEEDS):
            self.time.shift(dt.timedelta(minutes=self.dice.randrange(1, 200)))
            if Idea.objects.filter(state="gathering", hidden_at=None).count() < 4:
                self.ideas.append(self._begun(number))
            deed = self.dice.choice(self.deeds())
            try:
                deed()
                self.done[deed] += 1
            except PatoghError:
                pass
            if number % 40 == 0:
                assert wrong_counters() == [], (number, deed.__name__)
        jobs.drain()
        return self


def _said(said):
    return {name: words for name, words in said.items() if name != "rule"}


@upkeep
def _stepped(idea, move, by):
    """Make a move on the locked row, as its actions do."""
    row = moving.locked(idea.pk)
    step = moving._BY_NAME[move]
    by = None if step.who in ("clock", "board") else by
    moving.make_move(row, move, by=by, **(REASON if step.reason else {}))


@pytest.fixture
def house(settings, tmp_path):
    """A book in a folder of its own, sealed without witnesses."""
    settings.DATA, settings.BOOK_ORIGIN, settings.WITNESSES_INSIDE = tmp_path / "house", "test.example/book", ""
    settings.DATA.mkdir()
    sealing.forget_comparison()
    return init_log().vkey


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_long_life_counters_rows_and_the_book_say_the_same(seed, house, owner, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC), tick=True)
    life = Life(seed, owner, time_machine).lived()
    award("accepted_answer", life.fans[0], idem="answer:1", subject=("hangout.post", "1"))
    erase_member(life.fans[1], by=owner)
    erase_member(life.authors[0], by=owner)
    jobs.drain()
    assert wrong_counters() == []
    assert Move.objects.count() > 30 and Support.objects.count() > 30 and life.done[life.merge]  # something did happen
    _rows_agree()
    _lines_agree()
    append_waiting()
    seal()
    _strangers_agree(house)
    whole = replay()
    assert whole.is_whole, whole.told()


def _rows_agree():
    """Hold what no single counter says: whole shares, nobody behind what they make, nothing found that is out of sight."""
    parts = Creator.objects.filter(state="agreed").values("idea").annotate(whole=Sum("share_bps"))
    assert {row["whole"] for row in parts} == {10_000}
    for maker in Creator.objects.filter(state="agreed"):
        assert not Support.objects.filter(idea=maker.idea_id, member=maker.member_id, withdrawn_at=None).exists()
    twice = Support.objects.filter(withdrawn_at=None).values("idea", "member").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
    seen = set(access.public().values_list("pk", flat=True))
    assert set(Document.objects.filter(kind="idea", audience="public").values_list("thing_id", flat=True)) == seen
    listed = {row.id for tab in lists.TABS for row in lists.ideas_in(lists.Scope(), tab, size=50).items}
    assert listed <= seen
    assert set(access.visible(None).values_list("pk", flat=True)) == seen


def _lines_agree():
    """Hold every move and support to its line."""
    keys = set(Submission.objects.values_list("key", flat=True))
    moves = {f"idea:{idea}:move:{number}" for idea, number in Move.objects.values_list("idea", "number")}
    given = {f"support:{pk}" for pk in Support.objects.values_list("pk", flat=True)}
    back = {f"support:{pk}:back" for pk in Support.objects.exclude(withdrawn_at=None).values_list("pk", flat=True)}
    assert {key for key in keys if key.startswith("idea:") and ":move:" in key} == moves
    assert {key for key in keys if key.startswith("support:")} == given | back


def _strangers_agree(vkey):
    """Verify the published log with nothing but its key, and compare every count of supporters."""
    report = verify(Question(str(folder()), vkey=vkey, processes=1))
    assert report.counts == {}, report.counts
    ideas = Idea.objects.filter(~Q(supporters_count=0)).values_list("pk", "supporters_count")
    assert report.facts.get("supports", {}) == {str(pk): count for pk, count in ideas}
