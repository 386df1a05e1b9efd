"""What the index and the pictures must know of a text: the one place where the hangout hands things over to be found."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils import timezone

from patogh.activity import enqueue
from patogh.hangout.models import LinkPreview, Picture, Post, PostLink, Space, Tag, Topic
from patogh.kit import limits, markup, persian
from patogh.kit.markup import Rendered
from patogh.people.models import Member
from patogh.search import actions as search
from patogh.search.entries import Entry

ACCEPTED_WEIGHT = 10
HIDDEN = "trash"


def plain(text: str) -> str:
    """Return the words of a stored text."""
    return markup.render(text).text


def entry_of(post: Post, topic: Topic, text: str) -> Entry:
    """Return how a post is found: the opening one as its topic, a reply by itself. `text` is its plain words."""
    is_opening = post.number == 1
    solved = bool(topic.accepted_post_id) if is_opening else topic.accepted_post_id == post.pk
    common: dict[str, Any] = {
        "audience": HIDDEN if topic.trashed_at else topic.space.audience, "happened_at": post.created_at, "text": text, "topic_id": topic.pk,
        "space_id": topic.space_id, "author_id": post.author_id, "topic_kind": topic.kind,
        "weight": max(0, post.score) + ACCEPTED_WEIGHT * solved,
    }  # fmt: skip
    if is_opening:
        address = f"/t/{topic.pk}/{persian.slug(topic.title)}".rstrip("/")
        data = {"solved": True} if solved else {}
        return Entry("topic", topic.pk, address, title=topic.title, tags=tuple(topic.tag_names), data=data, **common)
    return Entry("post", post.pk, f"/t/{topic.pk}/p/{post.number}", **common)


def _put(post: Post, topic: Topic, text: str) -> None:
    """Let a post be found as it is now; one that is out of sight stays unfound."""
    if post.trashed_at is None:
        search.put(entry_of(post, topic, text))


def _put_again(*topic_ids: int) -> None:
    """Write the index anew for all posts of these topics, after they changed places."""
    for topic in Topic.objects.select_related("space").filter(pk__in=topic_ids):
        search.forget("topic", [topic.pk])
        posts = list(Post.objects.filter(topic=topic, trashed_at=None).order_by("number"))
        search.forget("post", [post.pk for post in posts])
        search.put_many(entry_of(post, topic, plain(post.text)) for post in posts)


def _forget_post(post: Post) -> None:
    """Let a reply no longer be found."""
    search.forget("post", [post.pk])


def _weigh(post: Post, topic: Topic) -> None:
    """Let search know how good a post has become."""
    if post.number == 1:
        search.weigh(
            "topic",
            topic.pk,
            max(0, post.score) + ACCEPTED_WEIGHT * bool(topic.accepted_post_id),
            solved=bool(topic.accepted_post_id),
        )
    else:
        search.weigh("post", post.pk, max(0, post.score) + ACCEPTED_WEIGHT * (topic.accepted_post_id == post.pk))


def _put_tag(tag: Tag) -> None:
    """Let a tag be found by its name."""
    search.put(Entry("tag", tag.pk, f"/tags/{tag.name}", "public", timezone.now(), title=tag.name))


def _put_space(space: Space) -> None:
    """Let a space be found by both its names."""
    title = f"{space.name} {space.name_en}".strip()
    data = {"name": space.name, "name_en": space.name_en, "colour": space.colour}
    search.put(
        Entry(
            "space",
            space.pk,
            f"/s/{space.slug}",
            space.audience,
            timezone.now(),
            title=title,
            text=space.about,
            space_id=space.pk,
            data=data,
        )
    )


def _take_along(post: Post, rendered: Rendered, by: Member) -> None:
    """Bind the pictures of a text to its post and space, and note the links that get a card."""
    tokens = [path.rsplit("/", 1)[-1].removesuffix(".webp").removesuffix("-thumb") for path in rendered.pictures]
    if tokens:
        Picture.objects.filter(token__in=tokens[: limits.POST_PICTURES_MAX], owner=by, post=None).update(
            post=post, space_id=post.topic.space_id
        )
    cards = [link for link in rendered.links if link.startswith(("http://", "https://"))][: limits.POST_CARDS_MAX]
    for url in cards:
        sha = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        preview, is_new = LinkPreview.objects.get_or_create(url_sha256=sha, defaults={"url": url[:2000]})
        PostLink.objects.bulk_create([PostLink(post=post, preview=preview)], ignore_conflicts=True)
        if is_new:
            enqueue("hangout.fetch_preview", key=f"preview:{preview.pk}", preview=preview.pk)
