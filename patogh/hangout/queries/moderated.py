"""Posts, topics and spaces as those see them who decide about them, and as their own authors do."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import get_language

from patogh.hangout.models import Post, Topic
from patogh.hangout.queries import access
from patogh.hangout.queries.lists import topic_path
from patogh.people.models import Member
from patogh.trust.nouns import Shown


def posts_shown(ids: list[int], viewer: Member | None) -> dict[str, Shown]:
    """Return these posts by id: those in sight, the viewer's own, and for moderators what is hidden or in the trash too."""
    rows = Post.objects.select_related("topic", "topic__space").filter(
        pk__in=ids, topic__space__in=access.spaces_visible_to(viewer).values("pk")
    )
    if not access.moderates(viewer):
        in_sight = Q(trashed_at=None, topic__trashed_at=None)
        rows = rows.filter(in_sight | Q(author=viewer) if viewer is not None else in_sight)
    return {str(post.pk): _post_shown(post, viewer) for post in rows}


def _post_shown(post: Post, viewer: Member | None) -> Shown:
    topic, language = post.topic, _language(viewer)
    return Shown(
        title=topic.title, url=f"/t/{topic.pk}/p/{post.number}", author_id=post.author_id, excerpt_html=post.html, text=post.text,
        space_id=topic.space_id, space_name=topic.space.name_in(language), is_hidden=post.hidden_at is not None,
        is_trashed=(post.trashed_at is not None or topic.trashed_at is not None) and post.hidden_at is None,
    )  # fmt: skip


def topics_shown(ids: list[int], viewer: Member | None) -> dict[str, Shown]:
    """Return these topics by id, as far as the viewer may see them."""
    rows = access.topics_visible_to(viewer).filter(pk__in=ids)
    language = _language(viewer)
    return {
        str(topic.pk): Shown(
            title=topic.title, url=topic_path(topic.pk, topic.title), author_id=topic.author_id, excerpt_html="", text=topic.excerpt,
            space_id=topic.space_id, space_name=topic.space.name_in(language), is_hidden=topic.hidden_at is not None,
            is_trashed=topic.trashed_at is not None and topic.hidden_at is None,
        )
        for topic in rows
    }  # fmt: skip


def spaces_shown(ids: list[int], viewer: Member | None) -> dict[str, Shown]:
    """Return these spaces by id, as far as the viewer may enter them."""
    rows = access.spaces_visible_to(viewer).filter(pk__in=ids)
    language = _language(viewer)
    return {
        str(space.pk): Shown(
            title=space.name_in(language),
            url=f"/s/{space.slug}",
            author_id=None,
            space_id=space.pk,
            space_name=space.name_in(language),
        )
        for space in rows
    }


def talk_since(moment: dt.datetime) -> tuple[int, int]:
    """Return how many topics and posts were written since a moment; for a task in the background, not for a page."""
    return Topic.objects.filter(created_at__gte=moment).count(), Post.objects.filter(created_at__gte=moment).count()


def _language(viewer: Member | None) -> str:
    """Return the viewer's language, a stranger's that of the page."""
    return viewer.language if viewer else get_language() or "fa"
