"""Conversations about things of rooms beside the hangout: one topic a thing, in a space that only these open."""

from __future__ import annotations

from typing import Final

from patogh.activity import action, record, unchanged
from patogh.activity.models import Activity
from patogh.hangout.actions import found, once
from patogh.hangout.actions.topics import open_topic
from patogh.hangout.actions.writing import NewTopic
from patogh.hangout.models import Space, Topic
from patogh.people.models import Member

PURPOSE: Final = "ideas"
_SLUGS: Final = ("ideas", "idea-talk", "idea-conversations")


def open_conversation(key: str, title: str, text: str, *, by: Member) -> Topic:
    """Open the topic about a thing, or return the one that `key` opened before, whatever the thing was called then."""
    earlier = _opened(key, by)
    if earlier is not None:
        return earlier
    return open_topic(conversations_space(), NewTopic(title, text, "discussion", key=key), by=by)


def conversations_space() -> Space:
    """Return the space where ideas are talked about; the first conversation opens it."""
    return Space.objects.filter(purpose=PURPOSE).order_by("pk").first() or _open_space()


@action
def _open_space() -> Space:
    """Open the space for talk about ideas."""
    space = Space.objects.select_for_update().filter(purpose=PURPOSE).first()
    if space is not None:
        return unchanged(space)
    taken = set(Space.objects.filter(slug__in=_SLUGS).values_list("slug", flat=True))
    free = next((slug for slug in _SLUGS if slug not in taken), f"{_SLUGS[0]}-{len(taken)}")
    space, created = Space.objects.get_or_create(
        slug=free,
        defaults={
            "name": "گفت‌وگوی ایده‌ها", "name_en": "Talk about ideas", "about": "هر ایده گفت‌وگوی خودش را دارد؛ از صفحهٔ ایده باز می‌شود.",
            "about_en": "Every idea has its own conversation, opened from the idea’s page.", "colour": "saf", "position": 900, "purpose": PURPOSE,
        },
    )  # fmt: skip
    if not created:
        return unchanged(space)
    found._put_space(space)
    record("hangout.space_opened", by=None, subject=space, audience=space.audience)
    return space


def _opened(key: str, by: Member) -> Topic | None:
    """Return the topic that this key opened, if it stands where such topics stand."""
    pk = Activity.objects.filter(source=once.source(by), key=key).values_list("subject_id", flat=True).first()
    return Topic.objects.filter(pk=pk, space__purpose=PURPOSE).first() if pk else None
