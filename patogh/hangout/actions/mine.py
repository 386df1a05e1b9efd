"""What a member keeps for herself: follows and mutes, bookmarks, drafts, how far she has read."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.hangout.actions import stamps
from patogh.hangout.errors import DraftTooLong
from patogh.hangout.models import Bookmark, Draft, Follow, Post, ReadMarker, Space, Tag, Topic
from patogh.kit import limits, persian
from patogh.people.models import Member
from patogh.trust.actions import note_reading

Followed = Space | Topic | Tag


@action
def follow(thing: Followed, *, by: Member, level: str = "following") -> Follow:
    """Hear of what happens in a space, a topic or under a tag, or (level "muted") nothing of it even where one would."""
    return _set_level(thing, by, "muted" if level == "muted" else "following")


@action
def unfollow(thing: Followed, *, by: Member) -> None:
    """End a follow or a mute."""
    kind = _kind(thing)
    row = Follow.objects.filter(member=by, **{kind: thing}).first()
    if row is None:
        return unchanged(None)
    row.delete()
    if row.level == "following":
        _count(thing, -1)
    record(f"hangout.{kind}_left", by=by, subject=thing, audience="staff", data={"was": row.level})
    return None


@action
def bookmark(post: Post, *, by: Member) -> Bookmark:
    """Keep a post for later."""
    row, created = Bookmark.objects.get_or_create(member=by, post=post)
    if not created:
        return unchanged(row)
    record("hangout.post_bookmarked", by=by, subject=post, audience="staff")
    return row


@action
def forget_bookmark(post: Post, *, by: Member) -> None:
    """No longer keep a post."""
    gone, _ = Bookmark.objects.filter(member=by, post=post).delete()
    if not gone:
        return unchanged(None)
    record("hangout.bookmark_removed", by=by, subject=post, audience="staff")
    return None


@upkeep
def save_draft(
    place: str, text: str, *, by: Member, title: str = "", data: dict[str, Any] | None = None
) -> Draft | None:
    """Keep what was typed and not sent; nothing typed means no draft. Raises DraftTooLong."""
    if len(text) > limits.POST_TEXT_CHARS_MAX or len(str(data or {})) > limits.POST_TEXT_CHARS_MAX:
        raise DraftTooLong
    clean = text.replace("\0", "")
    if not clean.strip() and not title.strip():
        Draft.objects.filter(member=by, place=place).delete()
        return None
    values = {"text": clean, "title": persian.name_clean(title)[:200], "data": data or {}, "saved_at": timezone.now()}
    draft, created = Draft.objects.update_or_create(member=by, place=place, defaults=values)
    if created:
        kept = Draft.objects.filter(member=by).order_by("-saved_at").values_list("pk", flat=True)[: limits.DRAFTS_MAX]
        Draft.objects.filter(member=by).exclude(pk__in=list(kept)).delete()
    return draft


@upkeep
def discard_draft(place: str, *, by: Member) -> None:
    """Throw a draft away."""
    Draft.objects.filter(member=by, place=place).delete()


@upkeep
def mark_read(topic: Topic, number: int, *, by: Member, seconds: int = 0) -> None:
    """Note that a member has read a topic up to a post; never beyond its last one, never backwards.

    `seconds` is how long the page says it was read; what is believed of it is bounded by how many posts were new.
    """
    upto = min(number, topic.last_number)
    before = ReadMarker.objects.filter(member=by, topic=topic).values_list("last_number", flat=True).first()
    posts = max(0, upto - (before or 0))
    if posts == 0:
        return
    stamps._read_up_to(by.pk, topic.pk, upto, timezone.now())
    believed_s = max(0, min(seconds, posts * limits.READING_SECONDS_A_POST_MAX))
    note_reading(by.pk, topics=int(before is None), posts=posts, seconds=believed_s)


def _kind(thing: Followed) -> str:
    """Return "space", "topic" or "tag"."""
    return str(thing._meta.model_name)


def _set_level(thing: Followed, by: Member, level: str) -> Follow:
    """Make or change the one row between a member and a thing, and keep its counter right."""
    kind = _kind(thing)
    type(thing)._default_manager.select_for_update().filter(pk=thing.pk).values_list("pk").first()
    row, created = Follow.objects.get_or_create(member=by, **{kind: thing}, defaults={"level": level})
    if not created and row.level == level:
        return unchanged(row)
    was = "" if created else row.level
    row.level = level
    row.save(update_fields=["level"])
    _count(thing, int(level == "following") - int(was == "following"))
    said = "followed" if level == "following" else "muted"
    record(f"hangout.{kind}_{said}", by=by, subject=thing, audience="staff", data={"was": was})
    return row


def _count(thing: Followed, step: int) -> None:
    """Step the stored number of followers; a tag has none."""
    if step and isinstance(thing, Topic):
        stamps._touch_topic(thing.pk, followers_count=F("followers_count") + step)
    elif step and isinstance(thing, Space):
        stamps._touch_space(thing.pk, followers_count=F("followers_count") + step)
