"""Posts as the API shows them: with the Markdown as written, and what is the asker's own."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from patogh.hangout.models import Bookmark, Post, Reaction, Topic
from patogh.hangout.queries import access
from patogh.hangout.queries.authors import authors
from patogh.hangout.queries.lists import Row
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member


def posts_page(topic: Topic, viewer: Member, *, after: str, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of a topic's posts in their order and the cursor behind it; raises BadCursor. Four queries."""
    found = access.posts_visible_to(viewer).filter(topic=topic)
    page: Page[Post] = paged(_lean(found), Order("number", descending=False), size=limit, after=after or None)
    return shown(list(page), viewer), page.next


def one_post(post: Post, viewer: Member) -> dict[str, Any]:
    """Return one post that the caller has found for this viewer."""
    return shown(list(_lean(Post.objects.filter(pk=post.pk))), viewer)[0]


def shown(posts: list[Post], viewer: Member) -> list[dict[str, Any]]:
    """Return posts with their people and the viewer's own marks: three queries, however many."""
    ids = [post.pk for post in posts]
    people = authors(post.author_id for post in posts)
    words: dict[int, list[str]] = defaultdict(list)
    for post_id, kind in Reaction.objects.filter(member=viewer, post_id__in=ids).values_list("post_id", "kind"):
        words[post_id].append(kind)
    kept = set(Bookmark.objects.filter(member=viewer, post_id__in=ids).values_list("post_id", flat=True))
    return [_said(post, people.get(post.author_id), sorted(words[post.pk]), post.pk in kept) for post in posts]


def _lean(found: QuerySet[Post]) -> QuerySet[Post]:
    """Take along what is shown, and no rows of people or spaces."""
    return found.select_related(None).select_related("parent", "topic").only(
        "topic_id", "number", "author_id", "text", "html", "parent__number", "is_followup", "reactions", "revisions_count",
        "created_at", "edited_at", "trashed_at", "topic__accepted_post_id",
    )  # fmt: skip


def _said(post: Post, author: Any, words: list[str], is_kept: bool) -> dict[str, Any]:
    return {
        "id": post.pk, "topic": post.topic_id, "number": post.number, "url": f"/t/{post.topic_id}/p/{post.number}", "author": person(author),
        "text": post.text, "html": post.html, "parent": post.parent.number if post.parent else None, "is_followup": post.is_followup,
        "is_accepted": post.topic.accepted_post_id == post.pk, "is_trashed": post.trashed_at is not None,
        "reactions": {word: count for word, count in post.reactions.items() if count > 0}, "my_words": words, "is_bookmarked": is_kept,
        "revisions": post.revisions_count, "created_at": post.created_at, "edited_at": post.edited_at,
    }  # fmt: skip


def person(row: Any) -> dict[str, Any] | None:
    """Return how somebody is shown beside what they did: a member or an author's row."""
    if row is None:
        return None
    return {
        "handle": row.handle, "name": row.name, "avatar": row.avatar_url, "is_team": row.is_team, "is_ambassador": row.is_ambassador,
    }  # fmt: skip


def topic_said(row: Row) -> dict[str, Any]:
    """Return a topic as lists show it."""
    return {
        "id": row.id, "kind": row.kind, "title": row.title, "url": row.url, "excerpt": row.excerpt,
        "picture": f"/media/{row.picture}" if row.picture else "", "tags": row.tag_names, "space": row.space_slug,
        "author": person(row.author), "last_poster": person(row.last_poster), "replies": row.replies_count,
        "reactions": row.reactions_count, "last_number": row.last_number, "is_pinned": row.pinned_at is not None,
        "is_closed": row.closed_at is not None, "is_solved": row.accepted_post_id is not None, "promised_on": row.promised_on,
        "created_at": row.created_at, "active_at": row.active_at,
    }  # fmt: skip
