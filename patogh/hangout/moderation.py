"""What the hangout plugs into trust: its posts shown to whoever decides, hidden, taken away, edited, and held texts published."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

from patogh.hangout import actions
from patogh.hangout.actions import publishing
from patogh.hangout.models import Post
from patogh.hangout.queries import moderated
from patogh.kit.hooks import hookimpl, plug
from patogh.people.models import Member
from patogh.trust.nouns import Shown


@hookimpl
def subjects_shown(kind: str, ids: list[str], viewer: Any) -> dict[str, Shown] | None:
    """Show posts, and name the topics and spaces in which held texts would stand."""
    keys = [int(key) for key in ids if key.isascii() and key.isdecimal() and len(key) < 19]
    if kind == "hangout.post":
        return moderated.posts_shown(keys, viewer)
    if kind == "hangout.topic":
        return moderated.topics_shown(keys, viewer)
    if kind == "hangout.space":
        return moderated.spaces_shown(keys, viewer)
    return None


@hookimpl
def author_of(kind: str, id: str) -> int | None:  # noqa: A002 - the hook's word
    """Return who wrote a post."""
    if kind != "hangout.post" or not id.isdecimal():
        return None
    return Post.objects.filter(pk=id).values_list("author_id", flat=True).first()


@hookimpl
def prepare_held(held: Any, text: str) -> Any:
    """Check and render a held text before the door."""
    return publishing.prepared(held, text) if held.place_kind.startswith("hangout.") else None


@hookimpl
def publish_held(held: Any, by: Any, prepared: Any) -> tuple[str, str] | None:  # noqa: ARG001 - posted as its author
    """Post a held topic, reply or edit as its author."""
    if not held.place_kind.startswith("hangout."):
        return None
    return "hangout.post", str(publishing.publish(held, prepared or publishing.prepared(held, held.text)).pk)


@hookimpl
def unpublish_held(held: Any, by: Any) -> bool | None:
    """Take back what was posted; an edit gives way to what stood there before."""
    if held.published_kind != "hangout.post":
        return None
    post = _post(held.published_id)
    if post is None:
        return False
    if held.kind == "edit":
        publishing.put_back(post, by=by)
        return True
    return _trash(post, by, "")


@hookimpl
def hide_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002 - the hook's word
    """Hide a post; the opening one with its topic."""
    if kind != "hangout.post":
        return None
    post = _post(id)
    return post is not None and not post.hidden_at and actions.hide_post(post, by=by, why=why) is not None


@hookimpl
def unhide_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002, ARG001 - the hook's words
    """Show a hidden post again."""
    if kind != "hangout.post":
        return None
    post = _post(id)
    if post is None or not post.hidden_at:
        return False
    actions.unhide_post(post, by=by)
    return True


@hookimpl
def trash_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002 - the hook's word
    """Take a post out of sight; the opening one with its topic."""
    post = _post(id) if kind == "hangout.post" else None
    return None if kind != "hangout.post" else post is not None and _trash(post, by, why)


@hookimpl
def untrash_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002, ARG001 - the hook's words
    """Bring a post back; the opening one with its topic."""
    if kind != "hangout.post":
        return None
    post = _post(id)
    if post is None or post.hidden_at:
        return False
    if post.number > 1:
        was = post.trashed_at is not None
        actions.restore_post(post, by=by)
    else:
        was = post.topic.trashed_at is not None
        actions.restore_topic(post.topic, by=by)
    return was


@hookimpl
def prepare_edit(kind: str, id: str, text: str) -> Any:  # noqa: A002, ARG001 - the hook's words
    """Check and render a moderator's text before the door."""
    return publishing.rendered_text(text) if kind == "hangout.post" else None


@hookimpl
def edit_subject(kind: str, id: str, prepared: Any, why: str, by: Any) -> bool | None:  # noqa: A002 - the hook's word
    """Put a moderator's text in place of a post's; what stood there stays in its history."""
    post = _post(id) if kind == "hangout.post" else None
    if kind != "hangout.post":
        return None
    return post is not None and publishing.overwrite(post, prepared, why, by=by)


@hookimpl
def talk_since(moment: dt.datetime) -> tuple[int, int]:
    """Return how many topics and posts were written since a moment."""
    return moderated.talk_since(moment)


def _post(key: str) -> Post | None:
    return (
        Post.objects.select_related("topic", "topic__space", "author").filter(pk=key).first()
        if key.isdecimal()
        else None
    )


def _trash(post: Post, by: Member, why: str) -> bool:
    """Take a post out of sight, or the topic that it opens; False where it was away already."""
    if post.number > 1:
        if post.trashed_at and not post.hidden_at:
            return False
        actions.trash_post(post, by=by, why=why)
        return True
    if post.topic.trashed_at and not post.topic.hidden_at:
        return False
    actions.trash_topic(post.topic, by=by, why=why)
    return True


plug(sys.modules[__name__])
