"""Rounds of review: opened and closed by the calendar of the rules, with the reviewers whom the team asks."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.ideas import errors, limits
from patogh.ideas.actions.moving import locked, make_move
from patogh.ideas.actions.reviewing import open_if_all_are_in
from patogh.ideas.actions.stations import put_in_batch
from patogh.ideas.machine import CARRIED_OVER, IN_REVIEW
from patogh.ideas.models import Batch, BatchIdea, Decision, Idea, Programme, Reviewer, Score
from patogh.ideas.nouns import VERBS
from patogh.ideas.queries.review import awaited
from patogh.ideas.terms import terms_of
from patogh.kit import calendar, persian
from patogh.kit.calendar import Viewer
from patogh.kit.errors import NotFound
from patogh.people.actions.notices import give_notice
from patogh.people.models import Member
from patogh.people.queries import brand, may
from patogh.people.readers import stranger

CALLED = "ideas.review_called"
REMINDED = "ideas.review_reminded"


def turn_batches(now: dt.datetime) -> None:
    """Take every step of every round whose time has come, each in a transaction of its own; safe to repeat."""
    waiting = _unplaced().filter(programme=OuterRef("pk"))
    calls = Programme.objects.filter(Q(state="open") | Q(Exists(waiting))).exclude(rules=None)
    for programme_id in calls.values_list("pk", flat=True):
        keep_open(programme_id, now)
    for batch_id in Batch.objects.filter(state="open", closes_at__lte=now).values_list("pk", flat=True)[:100]:
        close_batch(batch_id, now)
    take_in_all(now)
    for entry_id in _sealed_with_scores():
        open_if_all_are_in(entry_id)
    for batch_id in Batch.objects.filter(state="reviewing").values_list("pk", flat=True)[:100]:
        answer_batch(batch_id)
    remind_due(now)


@upkeep
def keep_open(programme_id: int, now: dt.datetime) -> Batch | None:
    """Open the next round of a programme that has none; None where one is open."""
    programme = Programme.objects.select_for_update(of=("self",)).select_related("rules").get(pk=programme_id)
    if programme.rules is None or Batch.objects.filter(programme=programme, state="open").exists():
        return None
    terms = terms_of(programme.rules)
    number = (
        Batch.objects.filter(programme=programme).order_by("-number").values_list("number", flat=True).first() or 0
    ) + 1
    closes = _closing(now, terms.review_every_months, stranger({}, brand().language))
    return Batch.objects.create(
        programme=programme,
        number=number,
        name=f"نوبت {persian.digits_fa(str(number))}",
        name_en=f"Round {number}",
        criteria=[
            {"key": one.key, "fa": one.fa, "en": one.en, "weight": one.weight} for one in terms.criteria
        ],
        opens_at=now,
        closes_at=closes,
        answers_by=closes + dt.timedelta(days=terms.review_days),
        created_at=now,
    )  # fmt: skip


def _closing(now: dt.datetime, months: int, viewer: Viewer) -> dt.datetime:
    """Return the beginning of the month that is `months` ahead, in the brand's calendar and zone."""
    year, month, _day = calendar.parts(calendar.local_day(now, viewer), viewer)
    ahead = month - 1 + max(1, months)
    return calendar.month_bounds(year + ahead // 12, ahead % 12 + 1, viewer)[0]


@upkeep
def close_batch(batch_id: int, now: dt.datetime) -> None:
    """Let a round that is due begin its review; the next one opens. One without ideas stays open for another turn."""
    batch = _locked_batch(batch_id)
    if batch.state != "open" or batch.closes_at > now:
        return
    if not batch.ideas_count:
        terms = terms_of(batch.programme.rules) if batch.programme.rules else None
        closes = _closing(now, terms.review_every_months if terms else 1, stranger({}, brand().language))
        span = batch.answers_by - batch.closes_at
        Batch.objects.filter(pk=batch.pk).update(closes_at=closes, answers_by=closes + span)
        return
    Batch.objects.filter(pk=batch.pk).update(state="reviewing")
    if batch.programme.state == "open":
        keep_open(batch.programme_id, now)


def take_in_all(now: dt.datetime) -> int:
    """Give every idea in review its place in a round, and take up those that were carried over; returns how many."""
    waiting = _unplaced().order_by("state_since").values_list("pk", flat=True)
    return sum(take_in(idea_id, now) for idea_id in waiting[:200])


def _unplaced() -> QuerySet[Idea]:
    """Return the ideas before the board, or to come before it again, that have no place in a round that goes on.

    Also of a call that is closed by now: who came so far gets an answer.
    """
    placed = BatchIdea.objects.filter(idea=OuterRef("pk"), decision=None).exclude(batch__state="answered")
    decided = Decision.objects.filter(entry__idea=OuterRef("pk"), announced_at=None).exclude(trouble="moved_on")
    waiting = Idea.objects.filter(state__in=(IN_REVIEW, CARRIED_OVER))
    return waiting.exclude(Exists(placed)).exclude(Exists(decided))


def _sealed_with_scores() -> list[int]:
    """Return the places whose discussion is not open although somebody handed a score in."""
    given = Score.objects.filter(entry=OuterRef("pk")).exclude(handed_in_at=None)
    sealed = BatchIdea.objects.filter(discussion_opened_at=None, decision=None, idea__state=IN_REVIEW)
    sealed = sealed.exclude(batch__state="answered").filter(Exists(given))
    return list(sealed.order_by("pk").values_list("pk", flat=True)[:200])


@upkeep
def take_in(idea_id: int, now: dt.datetime) -> int:
    """Put one idea into the open round of its programme; 0 where there is none, or it stands in that one already."""
    idea = locked(idea_id)
    if idea.state not in {IN_REVIEW, CARRIED_OVER}:
        return 0
    open_now = Batch.objects.filter(programme=idea.programme_id, state="open", opens_at__lte=now, closes_at__gt=now)
    batch = open_now.order_by("closes_at", "pk").first()
    if batch is None or BatchIdea.objects.filter(batch=batch, idea=idea).exists():
        return 0
    if idea.state == CARRIED_OVER:
        take_up(idea, by=None)
    put_in_batch(idea, now)
    return 1


@action
def take_up(idea: Idea, *, by: Member | None) -> None:
    """Bring an idea that was carried over before the board again."""
    move = make_move(idea, "take_up", by=by)
    record(VERBS[move.move], by=by, subject=idea, target=idea.programme, data={"move": move.pk, "state": move.target})


@upkeep
def answer_batch(batch_id: int) -> bool:
    """Call a round answered once nothing in it waits: neither an idea in review nor a decision not yet announced."""
    batch = _locked_batch(batch_id)
    waits = batch.entries.filter(decision=None, idea__state=IN_REVIEW, idea__batch=batch).exists()
    unsaid = batch.entries.filter(
        decision__announced_at=None, decision__isnull=False, idea__state=IN_REVIEW
    ).exists()  # fmt: skip
    if batch.state != "reviewing" or waits or unsaid:
        return False
    return bool(Batch.objects.filter(pk=batch.pk).update(state="answered"))


def _locked_batch(batch_id: int) -> Batch:
    """Return a round behind its lock; raises NotFound."""
    found = Batch.objects.select_for_update(of=("self",)).select_related("programme__rules").filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    return found


@action
def set_dates(batch: Batch, closes_at: dt.datetime, answers_by: dt.datetime, *, by: Member) -> Batch:
    """Change when a round stops taking ideas and when it answers. Raises BadDates."""
    row = _locked_batch(batch.pk)
    now = timezone.now()
    if row.state == "answered" or answers_by <= max(closes_at, now):
        raise errors.BadDates(field="answers_by")
    if row.state == "reviewing":
        closes_at = row.closes_at
    if answers_by > now + dt.timedelta(days=limits.BATCH_DAYS_MAX):
        raise errors.BadDates(field="answers_by")
    Batch.objects.filter(pk=row.pk).update(closes_at=closes_at, answers_by=answers_by, reminded_at=None)
    record("ideas.batch_dated", by=by, subject=row, audience="staff")
    row.refresh_from_db()
    return row


@action
def add_reviewer(batch: Batch, member: Member, *, by: Member) -> Reviewer:
    """Ask somebody of the team to score a round. Raises NotAReviewer or TooManyReviewers."""
    row = _locked_batch(batch.pk)
    if not may(member, "ideas.review"):
        raise errors.NotAReviewer(name=member.name)
    known = Reviewer.objects.filter(batch=row, member=member).first()
    if known is not None:
        return unchanged(known)
    if row.state == "answered" or row.reviewers.count() >= limits.REVIEWERS_MAX:
        raise errors.TooManyReviewers(most=limits.REVIEWERS_MAX)
    reviewer = Reviewer.objects.create(batch=row, member=member, added_at=timezone.now())
    done = record("ideas.reviewer_added", by=by, subject=row, audience="staff", data={"member": member.pk})
    give_notice(member, CALLED, row, actor=by, activity_id=done.pk, title=row.name, url=f"/team/ideas/batches/{row.pk}")
    return reviewer


@action
def remove_reviewer(batch: Batch, member_id: int, *, by: Member) -> None:
    """Ask somebody no longer: what they had not handed in goes, what they handed in stays. Raises NotFound."""
    row = _locked_batch(batch.pk)
    if not Reviewer.objects.filter(batch=row, member=member_id).delete()[0]:
        raise NotFound
    Score.objects.filter(entry__batch=row, member=member_id, handed_in_at=None).delete()
    record("ideas.reviewer_removed", by=by, subject=row, audience="staff", data={"member": member_id})


def remind_due(now: dt.datetime) -> int:
    """Remind the reviewers of every round that has to answer soon, and once more when it is late; returns how many."""
    soon = now + dt.timedelta(days=limits.REMIND_DAYS)
    due = Batch.objects.exclude(state="answered").filter(answers_by__lte=soon)
    ids = [
        batch.pk for batch in due.order_by("answers_by")[:100]
        if batch.reminded_at is None or batch.reminded_at < batch.answers_by <= now
    ]  # fmt: skip
    for batch_id in ids:
        remind_reviewers(batch_id, now, by=None)
    return len(ids)


@action
def remind_reviewers(batch_id: int, now: dt.datetime, *, by: Member | None) -> int:
    """Tell those of whom a score is missing by when it is needed; returns how many were told."""
    batch = _locked_batch(batch_id)
    Batch.objects.filter(pk=batch.pk).update(reminded_at=now)
    done = record("ideas.reviewers_reminded", by=by, subject=batch, audience="staff")
    missing = _who_is_missing(batch)
    for member in Member.objects.filter(pk__in=missing, is_active=True).select_related("identity"):
        give_notice(
            member, REMINDED, batch, actor=None, activity_id=done.pk, title=batch.name, url=f"/team/ideas/batches/{batch.pk}"
        )  # fmt: skip
    return len(missing)


def _who_is_missing(batch: Batch) -> set[int]:
    """Return the reviewers of whom at least one score of an idea in review is missing."""
    entries = BatchIdea.objects.filter(batch=batch, idea__state=IN_REVIEW, decision=None).select_related("idea")
    return {member for entry in entries for member in awaited(entry)}
