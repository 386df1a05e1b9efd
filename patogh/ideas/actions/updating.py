"""News of an idea: what its makers tell those behind it, and the team's word; told together, so that nobody is told too often."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from patogh.activity import action, enqueue, record, unchanged, upkeep
from patogh.ideas import limits
from patogh.ideas.actions import moving
from patogh.ideas.actions.entering import Entry, _entered
from patogh.ideas.actions.stamps import touch
from patogh.ideas.actions.wording import Worded, worded
from patogh.ideas.errors import NoTalkNow, NotAMaker, TooManyUpdates
from patogh.ideas.machine import MERGED
from patogh.ideas.models import Idea, Update
from patogh.ideas.queries import access
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.trust.queries import check_may_write


def post_update(idea: Idea, text: str, *, by: Member, as_team: bool = False) -> Update:
    """Publish news of an idea as one of its makers, or the team's word; raises NotAMaker, NoTalkNow, TextEmpty, TextLong, TooManyUpdates."""
    check_may_write(by)
    return _post(idea.pk, worded(text, limits.UPDATE_CHARS_MAX), by=by, as_team=as_team)


@action
def _post(
    idea_id: int, words: Worded, *, by: Member, as_team: bool = False, entry: Entry | None = None, key: str = ""
) -> Update:
    """Write a checked update; the makers' are told at most once in UPDATE_EVERY_DAYS, the team's word at once."""
    idea = moving.locked(idea_id)
    check_may_update(idea, by, as_team=as_team)
    now = timezone.now()
    twin = Update.objects.filter(idea=idea, author=by, text=words.text, posted_at__gte=now - dt.timedelta(hours=1))
    if (earlier := twin.filter(hidden_at=None).first()) is not None:
        return unchanged(earlier)
    today = Update.objects.filter(idea=idea, as_team=False, posted_at__gte=now - dt.timedelta(days=1))
    if not as_team and today.count() >= limits.UPDATES_A_DAY_MAX:
        raise TooManyUpdates(most=limits.UPDATES_A_DAY_MAX)
    _entered(entry, by)
    row = Update.objects.create(
        idea=idea, author=by, as_team=as_team, text=words.text, html=words.rendered.html, posted_at=now
    )
    Idea.objects.filter(pk=idea.pk).update(active_at=now)
    touch(idea)
    done = record(
        "ideas.update_posted", by=by, subject=row, target=idea, audience="" if idea.hidden_at is None else "staff",
        data={"as_team": as_team, **({"held": key} if key else {})},
    )  # fmt: skip
    _plan(idea, row, str(done.pk), now)
    return row


def check_may_update(idea: Idea, by: Member, *, as_team: bool) -> None:
    """Raise what keeps somebody from telling news of an idea."""
    if idea.published_at is None or idea.state == MERGED:
        raise NoTalkNow
    if not (access.is_team(by) if as_team else access.is_maker(idea, by)):
        raise NotAMaker


def told_next(idea: Idea, now: dt.datetime | None = None) -> dt.datetime:
    """Return when supporters may be told of the next update of the makers: now, or some days after the last time."""
    now = now or timezone.now()
    told = Update.objects.filter(idea=idea, as_team=False, told_at__isnull=False).order_by("-told_at")
    last = told.values_list("told_at", flat=True).first()
    return now if last is None else max(now, last + dt.timedelta(days=limits.UPDATE_EVERY_DAYS))


@upkeep
def claim_updates(idea_id: int, activity: str) -> int:
    """Let those behind an idea be told of all updates that wait, in one notice; returns of how many. Safe to repeat."""
    idea = moving.locked(idea_id)
    now = timezone.now()
    waiting = list(Update.objects.filter(idea=idea, told_at=None, hidden_at=None).order_by("posted_at"))
    makers = [row for row in waiting if not row.as_team]
    if makers and told_next(idea, now) > now:
        enqueue(
            "ideas.tell_updates",
            key=f"ideas.updates:{idea.pk}:again",
            run_at=told_next(idea, now),
            idea=idea.pk,
            activity=activity,
        )
        waiting = [row for row in waiting if row.as_team]
    if not waiting:
        return 0
    Update.objects.filter(pk__in=[row.pk for row in waiting]).update(told_at=now)
    enqueue("ideas.tell_those_behind", activity=activity, kind="ideas.updated", idea=idea.pk, after=0)
    return len(waiting)


@upkeep
def hide_update(update: Update, *, hidden: bool) -> bool:
    """Put an update out of sight, or back; True when that changed something."""
    idea = moving.locked(update.idea_id)
    row = Update.objects.select_for_update().filter(pk=update.pk).first()
    if row is None:
        raise NotFound
    if bool(row.hidden_at) == hidden:
        return False
    row.hidden_at = timezone.now() if hidden else None
    row.save(update_fields=["hidden_at"])
    touch(idea)
    return True


@action
def take_back_update(update: Update, *, by: Member) -> Update:
    """Take one's own update out of sight; the team may take back any of the team's."""
    idea = moving.locked(update.idea_id)
    row = Update.objects.select_for_update().filter(pk=update.pk, idea=idea).first()
    if row is None or not (row.author_id == by.pk or (row.as_team and access.is_team(by))):
        raise NotFound
    if row.hidden_at is not None:
        return unchanged(row)
    row.hidden_at = timezone.now()
    row.save(update_fields=["hidden_at"])
    touch(idea)
    record("ideas.update_taken_back", by=by, subject=row, target=idea, audience="staff")
    return row


def _plan(idea: Idea, row: Update, activity: str, now: dt.datetime) -> None:
    """Queue the telling: one waiting job an idea stands for all that wait with it."""
    at = now if row.as_team else told_next(idea, now)
    key = f"ideas.updates:{idea.pk}:{row.pk if row.as_team else at.isoformat()}"
    enqueue("ideas.tell_updates", key=key, run_at=at, idea=idea.pk, activity=activity)
