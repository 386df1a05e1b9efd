"""Following an idea: whoever follows hears of its stations, decisions and updates."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.ideas.models import Follow, Idea
from patogh.kit.errors import NotFound
from patogh.people.models import Member


@action
def follow_idea(idea: Idea, *, by: Member) -> Idea:
    """Follow a public idea; a second time changes nothing. Raises NotFound."""
    row = _public(idea)
    _, created = Follow.objects.get_or_create(idea=row, member=by, defaults={"followed_at": timezone.now()})
    if not created:
        return unchanged(row)
    return _counted(row, 1, by, "ideas.idea_followed")


@action
def unfollow_idea(idea: Idea, *, by: Member) -> Idea:
    """Hear of an idea no longer."""
    gone, _ = Follow.objects.filter(idea=idea.pk, member=by).delete()
    return _counted(idea, -1, by, "ideas.idea_unfollowed") if gone else unchanged(idea)


@upkeep
def forget_follows(member: Member) -> None:
    """Let an erased member follow nothing any more."""
    ids = list(Follow.objects.filter(member=member).order_by("idea").values_list("idea", flat=True))
    Follow.objects.filter(member=member).delete()
    Idea.objects.filter(pk__in=ids).update(followers_count=F("followers_count") - 1, version=F("version") + 1)


def _public(idea: Idea) -> Idea:
    """Return the row if everybody may see it."""
    row = Idea.objects.select_for_update(of=("self",), no_key=True).filter(pk=idea.pk, hidden_at=None).first()
    if row is None or row.published_at is None:
        raise NotFound
    return row


def _counted(idea: Idea, step: int, by: Member, verb: str) -> Idea:
    """Step the counter and record it, for the team and oneself only."""
    Idea.objects.filter(pk=idea.pk).update(followers_count=F("followers_count") + step, version=F("version") + 1)
    record(verb, by=by, subject=idea, audience="staff")
    return idea
