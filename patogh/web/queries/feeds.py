"""What leaves the house for readers and search engines: feeds of topics and posts, and the sitemap in chunks of ids."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from patogh.hangout.models import Post, Topic
from patogh.hangout.queries.lists import Row, Scope, topic_path, topics_by
from patogh.ideas.models import Idea
from patogh.ideas.queries import access
from patogh.ideas.queries.lists import idea_path

ENTRIES = 30
SITEMAP_IDS = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed."""

    id: str
    url: str
    title: str
    author: str
    html: str
    published: datetime
    updated: datetime


def newest_topics(scope: Scope) -> list[Entry]:
    """Return the newest topics of a scope with their opening words."""
    rows: list[Row] = topics_by(scope, "new", size=ENTRIES).items
    opening = dict(
        Post.objects.filter(topic_id__in=[row.id for row in rows], number=1, trashed_at__isnull=True).values_list(
            "topic_id", "html"
        )
    )
    return [
        Entry(
            f"topic/{row.id}",
            row.url,
            row.title,
            row.author.name if row.author else "",
            opening.get(row.id, ""),
            row.created_at,
            row.active_at,
        )
        for row in rows
    ]


def newest_posts(topic_id: int, title: str) -> list[Entry]:
    """Return the newest posts of a topic that the caller may show."""
    found = Post.objects.filter(topic_id=topic_id, trashed_at__isnull=True).order_by("-number")
    rows = found.values_list("pk", "number", "author__name", "html", "created_at", "edited_at")[:ENTRIES]
    return [
        Entry(f"post/{pk}", f"/t/{topic_id}/p/{number}", f"{author}: {title}", author, html, created, edited or created)
        for pk, number, author, html, created, edited in rows
    ]


def sitemap_chunks() -> int:
    """Return how many sitemaps there are: each covers a range of topic ids, so that the last costs what the first does."""
    highest = Topic.objects.filter(space__access="public").aggregate(highest=Max("pk"))["highest"] or 0
    ideas = Idea.objects.aggregate(highest=Max("pk"))["highest"] or 0
    return max(1, -(-max(highest, ideas) // SITEMAP_IDS))


def sitemap_topics(number: int) -> list[tuple[str, datetime]]:
    """Return (path, last change) of the public topics in a chunk."""
    first = SITEMAP_IDS * (number - 1)
    found = Topic.objects.filter(
        pk__gt=first,
        pk__lte=first + SITEMAP_IDS,
        space__access="public",
        trashed_at__isnull=True,
        merged_into__isnull=True,
    )
    return [
        (topic_path(pk, title), at) for pk, title, at in found.order_by("pk").values_list("pk", "title", "active_at")
    ]


def sitemap_ideas(number: int) -> list[tuple[str, datetime]]:
    """Return (path, last change) of the public ideas in a chunk."""
    first = SITEMAP_IDS * (number - 1)
    found = access.public().filter(pk__gt=first, pk__lte=first + SITEMAP_IDS).exclude(state="merged")
    return [
        (idea_path(pk, title), at) for pk, title, at in found.order_by("pk").values_list("pk", "title", "active_at")
    ]


def sitemap_calls() -> list[str]:
    """Return the pages about the calls for ideas."""
    slugs = [one.slug for one in access.programmes(None)[:100]]
    return ["/ideas", "/ideas/odds", "/ideas/roadmap", "/ideas/made", *(f"/ideas/programmes/{slug}" for slug in slugs)]
