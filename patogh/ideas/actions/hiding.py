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
    row = moving.locked(idea.pk)
    if row.hidden_at is not None or row.published_at is None:
        return unchanged(row)
    row.hidden_at = timezone.now()
    row.save(update_fields=["hidden_at"])
    touch(row)
    found.unindex_idea(row.pk)
    if row.topic_id is not None:
        plugins.hook.conversation_hidden(topic_id=row.topic_id, hidden=True, why=why, by=by)
    record("ideas.idea_hidden", by=by, subject=row, audience="staff", data={"why": why[:200]})
    return row


@action
def unhide_idea(idea: Idea, *, by: Member | None) -> Idea:
    """Show a hidden idea again, where it was."""
    row = moving.locked(idea.pk)
    if row.hidden_at is None:
        return unchanged(row)
    row.hidden_at = None
    row.save(update_fields=["hidden_at"])
    touch(row)
    found.index_idea(row)
    if row.topic_id is not None:
        plugins.hook.conversation_hidden(topic_id=row.topic_id, hidden=False, why="", by=by)
    record("ideas.idea_unhidden", by=by, subject=row, audience="staff")
    return row
