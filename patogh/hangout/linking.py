"""Which public texts of the hangout lead to pages outside: the channels tell those pages, where the brand wants it."""

from __future__ import annotations

import re
import sys
from html import unescape
from typing import Final

from django.db.models import Q

from patogh.channels.hookspecs import PublicPage
from patogh.hangout.models import Post
from patogh.hangout.queries import stamps
from patogh.kit.hooks import hookimpl, plug

POSTS_MAX: Final = 200  # of a topic that moves or goes as a whole
_LINK: Final = re.compile(r'<a\s[^>]*?href="(https?://[^"<>]+)"')


@hookimpl
def public_pages(kind: str, key: str) -> list[PublicPage] | None:
    """Return a post, or the posts of a topic, with what they link to and whether a stranger may read them now."""
    if kind not in {"hangout.post", "hangout.topic"} or not key.isdecimal():
        return None
    which = Q(pk=int(key)) if kind == "hangout.post" else Q(topic_id=int(key))
    rows = Post.objects.filter(which).select_related("topic").order_by("number")[:POSTS_MAX]
    spaces = frozenset(stamps.sight(None).spaces)
    return [
        PublicPage("hangout.post", str(row.pk), f"/t/{row.topic_id}/p/{row.number}", _links(row), _is_seen(row, spaces))
        for row in rows
        if kind == "hangout.post" or "://" in row.html
    ]


def _is_seen(post: Post, spaces: frozenset[int]) -> bool:
    is_there = post.trashed_at is None and post.hidden_at is None and post.topic.trashed_at is None
    return is_there and post.topic.space_id in spaces


def _links(post: Post) -> list[str]:
    return [unescape(link) for link in _LINK.findall(post.html)]


plug(sys.modules[__name__])
