"""Hiding an idea while it is looked at, and showing it again: out of lists, search and feeds, with its conversation."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.ideas.actions import found, moving
from patogh.ideas.actions.stamps import touch
from patogh.ideas.models import Idea
from patogh.kit.hooks import plugins
from patogh.people.models import Member


@action
def hide_idea(idea: Idea, *, by: Member | None, why: str = "") -> Idea:
    """Put an idea out of others' sight; its makers and the team still read it. `by` is None for the weight of flags."""
    now = Idea.objects.filter(pk=idea.pk, hidden_at=None, published_at__isnull=False).first()
    if now is not None:
        _turn_talk(now, hidden=True, why=why, by=by)
    row = moving.locked(idea.pk)
    if row.hidden_at is not None or row.published_at is None:
        return unchanged(row)
    row.hidden_at = timezone.now()
    row.save(update_fields=["hidden_at"])
    touch(row)
    found.unindex_idea(row.pk)
    record("ideas.idea_hidden", by=by, subject=row, audience="staff", data={"why": why[:200]})
    return row


@action
def unhide_idea(idea: Idea, *, by: Member | None) -> Idea:
    """Show a hidden idea again, where it was."""
    now = Idea.objects.filter(pk=idea.pk, hidden_at__isnull=False).first()
    if now is not None:
        _turn_talk(now, hidden=False, why="", by=by)
    row = moving.locked(idea.pk)
    if row.hidden_at is None:
        return unchanged(row)
    row.hidden_at = None
    row.save(update_fields=["hidden_at"])
    touch(row)
    found.index_idea(row)
    record("ideas.idea_unhidden", by=by, subject=row, audience="staff")
    return row


def _turn_talk(idea: Idea, *, hidden: bool, why: str, by: Member | None) -> None:
    """Hide the conversation of an idea or show it again; before the idea is locked, since an answer locks them in this order."""
    if idea.topic_id is not None:
        plugins.hook.conversation_hidden(topic_id=idea.topic_id, hidden=hidden, why=why, by=by)
