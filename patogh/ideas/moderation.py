"""What ideas plug into trust: their things shown to whoever decides, hidden, edited, and held texts published."""

from __future__ import annotations

import sys
from typing import Any

from django.db.models import Q

from patogh.ideas import limits
from patogh.ideas.actions import feedback as giving
from patogh.ideas.actions import hiding, publishing, updating
from patogh.ideas.actions.wording import worded
from patogh.ideas.models import Feedback, Idea, Update
from patogh.ideas.queries import access
from patogh.ideas.queries.lists import idea_path
from patogh.kit.hooks import hookimpl, plug
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.trust.nouns import Shown

KINDS = ("ideas.idea", "ideas.update", "ideas.feedback")


@hookimpl
def subjects_shown(kind: str, ids: list[str], viewer: Any) -> dict[str, Shown] | None:
    """Show ideas, their news, and feedback (to the makers, the team and moderators alone)."""
    if kind not in KINDS:
        return None
    keys = [int(key) for key in ids if key.isascii() and key.isdecimal() and len(key) < 19]
    return {"ideas.idea": _ideas, "ideas.update": _updates, "ideas.feedback": _feedback}[kind](keys, viewer)


@hookimpl
def author_of(kind: str, id: str) -> int | None:  # noqa: A002 - the hook's word
    """Return who wrote an idea, news of it, or feedback."""
    if kind not in KINDS or not id.isdecimal():
        return None
    if kind == "ideas.idea":
        return Idea.objects.filter(pk=id).values_list("author_id", flat=True).first()
    if kind == "ideas.update":
        return Update.objects.filter(pk=id).values_list("author_id", flat=True).first()
    return Feedback.objects.filter(pk=id).values_list("member_id", flat=True).first()


@hookimpl
def prepare_held(held: Any, text: str) -> Any:
    """Render a held text before the door."""
    return publishing.prepared(held, text) if held.place_kind == "ideas.idea" else None


@hookimpl
def publish_held(held: Any, by: Any, prepared: Any) -> tuple[str, str] | None:  # noqa: ARG001 - done as its author
    """Publish what waited as its author."""
    if held.place_kind != "ideas.idea":
        return None
    return publishing.publish(held, prepared or publishing.prepared(held, held.text))


@hookimpl
def unpublish_held(held: Any, by: Any) -> bool | None:
    """Take back what was published: news and feedback out of sight, an edit by what stood there before."""
    if held.published_kind not in KINDS:
        return None
    if held.published_kind != "ideas.idea":
        return _turn(held.published_kind, held.published_id, hidden=True, why="", by=by)
    return publishing.put_back(held)


@hookimpl
def hide_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002 - the hook's word
    """Put an idea, its news or feedback out of sight."""
    return _turn(kind, id, hidden=True, why=why, by=by) if kind in KINDS else None


@hookimpl
def unhide_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002 - the hook's word
    """Show it again."""
    return _turn(kind, id, hidden=False, why=why, by=by) if kind in KINDS else None


@hookimpl
def trash_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002 - the hook's word
    """Take it away as hiding does: an idea's moves and supports stay rows, since the open book names them."""
    return _turn(kind, id, hidden=True, why=why, by=by) if kind in KINDS else None


@hookimpl
def untrash_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002 - the hook's word
    """Bring it back."""
    return _turn(kind, id, hidden=False, why=why, by=by) if kind in KINDS else None


@hookimpl
def prepare_edit(kind: str, id: str, text: str) -> Any:  # noqa: A002, ARG001 - the hook's words
    """Check and render a moderator's text of news; an idea is not rewritten by others, it is hidden or returned."""
    return worded(text, limits.UPDATE_CHARS_MAX) if kind == "ideas.update" else text if kind in KINDS else None


@hookimpl
def edit_subject(kind: str, id: str, prepared: Any, why: str, by: Any) -> bool | None:  # noqa: A002, ARG001 - the hook's words
    """Put a moderator's words in place of news or of the words of feedback."""
    if kind not in KINDS:
        return None
    if kind == "ideas.idea" or not id.isdecimal():
        return False
    if kind == "ideas.update":
        return publishing.overwrite_update(int(id), prepared)
    return publishing.overwrite_feedback(int(id), str(prepared))


def _turn(kind: str, key: str, *, hidden: bool, why: str, by: Member | None) -> bool:
    """Hide a thing or show it again; False where it was so already or is gone."""
    if not key.isdecimal():
        return False
    if kind == "ideas.idea":
        idea = Idea.objects.filter(pk=key).first()
        if idea is None or bool(idea.hidden_at) == hidden:
            return False
        row = hiding.hide_idea(idea, by=by, why=why) if hidden else hiding.unhide_idea(idea, by=by)
        return bool(row.hidden_at) == hidden
    if kind == "ideas.update":
        update = Update.objects.filter(pk=key).first()
        return update is not None and updating.hide_update(update, hidden=hidden)
    said = Feedback.objects.filter(pk=key).first()
    return said is not None and giving.hide_feedback(said, hidden=hidden)


def _ideas(keys: list[int], viewer: Member | None) -> dict[str, Shown]:
    rows = Idea.objects.filter(pk__in=keys) if may(viewer, "moderate") else access.visible(viewer).filter(pk__in=keys)
    return {
        str(row.pk): Shown(
            title=row.title, url=idea_path(row.pk, row.title), author_id=row.author_id, excerpt_html=row.problem_html + row.proposal_html,
            text=row.proposal or row.problem or row.lead, is_hidden=row.hidden_at is not None,
        )
        for row in rows
    }  # fmt: skip


def _updates(keys: list[int], viewer: Member | None) -> dict[str, Shown]:
    rows = Update.objects.select_related("idea").filter(pk__in=keys)
    if not may(viewer, "moderate"):
        in_sight = Q(hidden_at=None) | Q(author=viewer) if viewer is not None else Q(hidden_at=None)
        rows = rows.filter(in_sight, idea__in=access.visible(viewer).values("pk"))
    return {
        str(row.pk): Shown(
            title=row.idea.title, url=f"{idea_path(row.idea_id, row.idea.title)}#update-{row.pk}", author_id=row.author_id,
            excerpt_html=row.html, text=row.text, is_hidden=row.hidden_at is not None,
        )
        for row in rows
    }  # fmt: skip


def _feedback(keys: list[int], viewer: Member | None) -> dict[str, Shown]:
    rows = Feedback.objects.select_related("idea").filter(pk__in=keys)
    found = {}
    for row in rows:
        if not (may(viewer, "moderate") or access.is_team(viewer) or access.is_maker(row.idea, viewer)) and (
            viewer is None or viewer.pk != row.member_id
        ):
            continue
        found[str(row.pk)] = Shown(
            title=row.idea.title, url=f"/ideas/{row.idea_id}/feedback", author_id=row.member_id, text=row.words,
            is_hidden=row.hidden_at is not None,
        )  # fmt: skip
    return found


plug(sys.modules[__name__])
