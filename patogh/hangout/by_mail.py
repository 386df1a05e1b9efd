"""Answers that come by mail: posted like any other, through the same gate, once however often the mail comes."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Final

from django.utils import timezone

from patogh.activity.models import Activity
from patogh.channels.incoming.hookspecs import MailedOutcome, MailedReply
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, gate, once
from patogh.hangout.models import Picture, Post
from patogh.hangout.queries import access
from patogh.kit import limits, persian, pictures
from patogh.kit.errors import TooMany
from patogh.kit.hooks import hookimpl, plug
from patogh.people.models import Member
from patogh.trust.queries import check_may_write

THANKS: Final = frozenset(
    {
        "+1",
        "👍",
        "❤️",
        "❤",
        "🙏",
        "ممنون",
        "ممنونم",
        "مرسی",
        "سپاس",
        "سپاسگزارم",
        "متشکرم",
        "دمت گرم",
        "thanks",
        "thank you",
        "thx",
    }
)
BY_MAIL: Final = gate.Manner(channel="mail")


@hookimpl
def mail_replied(reply: MailedReply, member: Member) -> MailedOutcome | None:
    """Post an answer to a topic or to a post; a bare "thank you" to a post is a word for it."""
    check_may_write(member)
    if reply.kind == "topic":
        topic = access.one(access.topics_visible_to(member), pk=reply.target)
        if topic.merged_into_id:
            topic = access.one(access.topics_visible_to(member), pk=topic.merged_into_id)
        return _posted(reply, topic.pk, None, member)
    if reply.kind == "post":
        post = access.one(access.posts_visible_to(member), pk=reply.target)
        if not reply.pictures and is_thanks(reply.text) and post.author_id != member.pk:
            gate.say_word(post, "thanks", by=member)
            return MailedOutcome(f"/t/{post.topic_id}/p/{post.number}")
        return _posted(reply, post.topic_id, post.number, member)
    return None


def is_thanks(text: str) -> bool:
    """Whether an answer says thank you and nothing else."""
    return persian.chars(text).strip().strip("!.؟ ").lower() in THANKS


def _posted(reply: MailedReply, topic_id: int, parent: int | None, member: Member) -> MailedOutcome:
    """Post the answer, or let it wait for review; a second time gives the first again."""
    if earlier := _earlier(reply.key, member):
        return MailedOutcome(earlier)
    lines, left_out = _pictures(reply, member)
    text = "\n\n".join([reply.text, *lines]).strip()
    done = gate.reply_or_hold(topic_id, NewReply(text, parent, reply.key), by=member, manner=BY_MAIL)
    if isinstance(done, gate.HeldForReview):
        return MailedOutcome(f"/t/{topic_id}", is_held=True, left_out=left_out)
    return MailedOutcome(f"/t/{done.thing.topic_id}/p/{done.thing.number}", left_out=left_out)


def _earlier(key: str, member: Member) -> str:
    """Return the address of what this mail became before, or ""."""
    done = Activity.objects.filter(source=once.source(member), key=key, verb="hangout.reply_posted").first()
    post = Post.objects.filter(pk=done.subject_id).first() if done else None
    return f"/t/{post.topic_id}/p/{post.number}" if post else ""


def _pictures(reply: MailedReply, member: Member) -> tuple[list[str], list[str]]:
    """Take the pictures in; returns the lines that show them, and the names of those that could not be taken."""
    lines: list[str] = []
    left_out: list[str] = []
    for name, data in reply.pictures:
        if len(lines) >= limits.POST_PICTURES_MAX:
            left_out.append(name)
            continue
        try:
            lines.append(f"![](/media/{_taken(data, member)}.webp)")
        except (pictures.PictureRefused, TooMany):
            left_out.append(name)
    if not lines and not reply.text:
        raise pictures.PictureRefused
    return lines, left_out


def _taken(data: bytes, member: Member) -> str:
    """Return the token of a picture; one that an earlier try took and no post shows yet is that one."""
    since = timezone.now() - dt.timedelta(days=1)
    waiting = Picture.objects.filter(owner=member, post=None, created_at__gte=since)
    if waiting.exists() and (same := waiting.filter(sha256=pictures.take(data).sha256).first()):
        return same.token
    return actions.take_picture(data, by=member).token


plug(sys.modules[__name__])
