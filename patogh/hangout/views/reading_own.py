"""What only its author and the moderators read on a shared page: hidden posts, texts that wait for review, and whom one answers."""

from __future__ import annotations

from html import escape
from typing import Any

from patogh.hangout.models import Post, PostHide
from patogh.hangout.queries import stamps
from patogh.hangout.queries.mine import Marks
from patogh.hangout.queries.topic import PostRow
from patogh.kit import markup
from patogh.looks.assembly import rendered
from patogh.looks.shells import Ask, Page
from patogh.trust.models import Held
from patogh.trust.sentences import sentences_of


def hidden_facts(posts: list[PostRow]) -> tuple[tuple[int, int, str], ...]:
    """Return (id, author, slot) of the posts of a page that are hidden: almost always none."""
    return tuple((post.pk, post.author_id, post.hidden_slot) for post in posts if post.is_stub)


def fill_hidden(ask: Ask, page: Page, hidden: tuple[tuple[int, int, str], ...]) -> None:
    """Let the author of a hidden post, and every moderator, read it where it stands."""
    mine = {pk: name for pk, author, name in hidden if ask.member.moderates or author == ask.member.pk}
    for pk, html in _hidden_html(ask, list(mine)).items():
        page.values[mine[pk]] = html.encode()


def hidden_words(ask: Ask, posts: list[PostRow]) -> dict[str, str]:
    """Return the same by the names of the slots, for fragments that are rendered for one reader."""
    if ask.member is None:
        return {}
    mine = {
        post.pk: post.hidden_slot
        for post in posts
        if post.is_stub and (ask.member.moderates or post.author_id == ask.member.pk)
    }
    return {mine[pk]: html for pk, html in _hidden_html(ask, list(mine)).items()}


def _hidden_html(ask: Ask, ids: list[int]) -> dict[int, str]:
    """Return each of these posts as its author and the moderators see it; two queries, none where there are none."""
    if not ids:
        return {}
    reasons = dict(PostHide.objects.filter(post_id__in=ids, lifted_at=None).values_list("post_id", "why"))
    found = Post.objects.filter(pk__in=ids).values("pk", "html", "author_id")
    return {
        row["pk"]: rendered(
            "hangout/_hidden.html",
            {"post": row, "why": reasons.get(row["pk"], ""), "is_mine": row["author_id"] == ask.member.pk},
            ask.viewer,
        )
        for row in found
    }


def hidden_topic(ask: Ask, topic_id: int) -> dict[str, Any] | None:
    """Return the stub of a hidden topic for whoever may enter its space, with its text for its author; None for others."""
    stamp = stamps.topic_stamp(topic_id, ask.member_id)
    if stamp is None or not stamp.is_trashed or not stamp.is_open_to(ask.member_id, moderates=True):
        return None
    post = Post.objects.select_related("topic").filter(topic_id=topic_id, number=1).exclude(hidden_at=None).first()
    if post is None:
        return None
    hide = PostHide.objects.filter(post=post, lifted_at=None).first()
    is_mine = ask.member_id == post.author_id
    why = hide.why if hide is not None and is_mine else ""
    return {"post": post if is_mine else None, "by_team": hide is not None and hide.by_id is not None, "why": why}


def held_html(ask: Ask, marks: Marks) -> bytes:
    """Return what the reader wrote here and a moderator has not looked at yet; nothing, and no query, where there is none."""
    if not marks.held:
        return b""
    rows = Held.objects.filter(pk__in=marks.held, author_id=ask.member.pk, state="waiting").order_by("held_at")
    texts = [{"held": row, "html": markup.render(row.text).html, "reasons": sentences_of(row.reasons)} for row in rows]
    return rendered("hangout/_held.html", {"texts": texts, "me": ask.member}, ask.viewer).encode()


def teller_rules(member: Any, author_id: int) -> list[str]:
    """Return the rule that lets the author accept an answer and tell what happened next; the team may tell it too."""
    if author_id == member.pk:
        return [".for-asker,.for-teller{display:inline-flex}"]
    return [".for-teller{display:inline-flex}"] if member.is_team else []


def block_rules(marks: Marks) -> list[str]:
    """Return the rules that fold away posts of people whom the reader blocked; a post's own address opens it."""
    if not marks.blocked:
        return []
    here = ",".join(f'.post[data-by="{pk}"]:not(:target)' for pk in marks.blocked)
    return [
        f":is({here}) :is(.prose,.acts,.link-card,.reply-to){{display:none}}",
        f":is({here})>a .av{{filter:grayscale(1);opacity:.5}}",
        f":is({here}) .by::after{{content:var(--blocked-words)}}",
    ]


def fill_answered(page: Page, topic_id: int, said: str, words: dict[str, Any]) -> None:
    """Say, without scripts, whom a reply answers, with a way to answer nobody in particular."""
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 8 else 0
    name = (
        Post.objects.filter(topic_id=topic_id, number=number, trashed_at=None)
        .values_list("author__name", flat=True)
        .first()
        if number > 1
        else None
    )
    if name is None:
        return
    page.values["parent"] = str(number).encode()
    link = f'<a class="link" href="{escape(str(words["address"]))}#compose">{escape(str(words["cancel"]))}</a>'
    page.values["answered"] = f"{words['said'] % {'name': f'<bdi>{escape(name)}</bdi>'}} · {link}".encode()
