"""What the hangout plugs in: its verbs and notices, its places in the bar, who may find what, the lists of a profile."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as now_gettext
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from patogh.activity import verb
from patogh.hangout import (
    book,
    by_mail,  # noqa: F401 - plugs itself in
    linking,  # noqa: F401 - plugs itself in
    person_page,  # noqa: F401 - plugs itself in
    segment_words,  # noqa: F401 - plugs itself in
)
from patogh.hangout.actions import leaving
from patogh.hangout.actions.pictures import path_of
from patogh.hangout.ballots import verbs  # noqa: F401 - registers what happens to polls
from patogh.hangout.digest import telling  # noqa: F401 - plugs itself in
from patogh.hangout.exporting.writing import site
from patogh.hangout.models import Picture, SpaceMember
from patogh.hangout.queries import profiles, stamps, things
from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.looks.jinja import place
from patogh.looks.pages import page_text
from patogh.people.actions.erasing import keep_out
from patogh.people.leaving import sources
from patogh.people.models import Member
from patogh.people.notice_kinds import hush_when_gone, notice_kind

verb(
    "hangout.space_opened",
    type="Create",
    fa="فضای {subject} را باز کرد",
    en="opened the space {subject}",
    visible="public",
)
verb(
    "hangout.space_edited",
    type="Update",
    fa="فضای {subject} را تازه کرد",
    en="changed the space {subject}",
    visible="staff",
)
verb(
    "hangout.space_member_added",
    type="Add",
    fa="کسی را به {subject} راه داد",
    en="let someone into {subject}",
    visible="staff",
)
verb(
    "hangout.space_member_removed",
    type="Remove",
    fa="راه کسی را به {subject} بست",
    en="showed someone out of {subject}",
    visible="staff",
)
verb(
    "hangout.topic_opened",
    type="Create",
    fa="در {target} گفت‌وگویی باز کرد: {subject}",
    en="opened {subject} in {target}",
    visible="public",
)
verb("hangout.topic_edited", type="Update", fa="{subject} را ویرایش کرد", en="edited {subject}", visible="staff")
verb("hangout.reply_posted", type="Create", fa="به {target} پاسخ داد", en="replied to {target}", visible="public")
verb(
    "hangout.post_edited",
    type="Update",
    fa="نوشته‌اش در {target} را ویرایش کرد",
    en="edited a post in {target}",
    visible="staff",
)
verb(
    "hangout.post_trashed",
    type="Delete",
    fa="نوشته‌ای را در {target} از دید برداشت",
    en="took a post in {target} out of sight",
    visible="staff",
)
verb(
    "hangout.post_restored",
    type="Undo",
    fa="نوشته‌ای را به {target} برگرداند",
    en="restored a post in {target}",
    visible="staff",
)
verb(
    "hangout.post_hidden",
    type="Block",
    fa="نوشته‌ای در {target} تا بررسی پنهان شد",
    en="hid a post in {target} until it is looked at",
    visible="staff",
)
verb(
    "hangout.post_unhidden",
    type="Undo",
    fa="نوشته‌ای را در {target} دوباره نشان داد",
    en="showed a post in {target} again",
    visible="staff",
)
verb(
    "hangout.topic_pinned",
    type="Add",
    fa="{subject} را بالای {target} نگه داشت",
    en="pinned {subject} in {target}",
    visible="staff",
)
verb(
    "hangout.topic_unpinned",
    type="Undo",
    fa="{subject} را از بالای {target} برداشت",
    en="unpinned {subject} in {target}",
    visible="staff",
)
verb("hangout.topic_closed", type="Update", fa="گفت‌وگوی {subject} را بست", en="closed {subject}", visible="public")
verb(
    "hangout.topic_reopened",
    type="Undo",
    fa="گفت‌وگوی {subject} را دوباره باز کرد",
    en="reopened {subject}",
    visible="public",
)
verb(
    "hangout.topic_trashed",
    type="Delete",
    fa="{subject} را از دید برداشت",
    en="took {subject} out of sight",
    visible="staff",
)
verb("hangout.topic_restored", type="Undo", fa="{subject} را برگرداند", en="restored {subject}", visible="staff")
verb(
    "hangout.topic_moved",
    type="Move",
    fa="{subject} را به {target} برد",
    en="moved {subject} to {target}",
    visible="public",
)
verb(
    "hangout.topic_merged",
    type="Move",
    fa="گفت‌وگویی را با {subject} یکی کرد",
    en="merged a topic into {subject}",
    visible="public",
)
verb(
    "hangout.topic_merge_undone",
    type="Undo",
    fa="{subject} را دوباره جدا کرد",
    en="took {subject} apart again",
    visible="staff",
)
verb(
    "hangout.answer_accepted",
    type="Accept",
    fa="جواب «{target}» را پیدا کرد",
    en="found {target} solved",
    visible="public",
)
verb(
    "hangout.acceptance_withdrawn",
    type="Undo",
    fa="{target} را دوباره باز دانست",
    en="found {target} still open",
    visible="staff",
)
verb(
    "hangout.reaction_given",
    type="Like",
    fa="برای نوشته‌ای در {target} واژه‌ای گذاشت",
    en="had a word for a post in {target}",
    visible="public",
)
verb("hangout.reaction_taken_back", type="Undo", fa="واژه‌اش را پس گرفت", en="took a word back", visible="staff")
verb("hangout.vote_cast", type="Question", fa="در نظرسنجی {subject} رأی داد", en="voted in {subject}", visible="public")
verb(
    "hangout.vote_taken_back",
    type="Undo",
    fa="رأیش را در {subject} پس گرفت",
    en="took a vote in {subject} back",
    visible="staff",
)
verb(
    "hangout.promise_made",
    type="Offer",
    fa="برای {subject} تاریخ داد",
    en="promised a date for {subject}",
    visible="public",
)
verb(
    "hangout.promise_moved",
    type="Update",
    fa="تاریخ {subject} را جابه‌جا کرد",
    en="moved the promised date of {subject}",
    visible="public",
)
verb(
    "hangout.promise_kept",
    type="Accept",
    fa="به قول {subject} وفا کرد",
    en="kept the promise of {subject}",
    visible="public",
)
verb(
    "hangout.promise_dropped",
    type="TentativeReject",
    fa="قول {subject} را پس گرفت",
    en="took the promise of {subject} back",
    visible="public",
)
for _kind, _fa, _en in (
    ("space", "فضای {subject}", "the space {subject}"),
    ("topic", "{subject}", "{subject}"),
    ("tag", "برچسب {subject}", "the tag {subject}"),
):
    verb(f"hangout.{_kind}_followed", type="Follow", fa=f"{_fa} را دنبال کرد", en=f"followed {_en}", visible="staff")
    verb(f"hangout.{_kind}_muted", type="Ignore", fa=f"{_fa} را بی‌صدا کرد", en=f"muted {_en}", visible="staff")
    verb(
        f"hangout.{_kind}_left",
        type="Undo",
        fa=f"دیگر {_fa} را دنبال نمی‌کند",
        en=f"stopped following {_en}",
        visible="staff",
    )
verb("hangout.post_bookmarked", type="Add", fa="نوشته‌ای را نگه داشت", en="kept a post", visible="staff")
verb(
    "hangout.bookmark_removed",
    type="Remove",
    fa="نوشته‌ای را دیگر نگه نمی‌دارد",
    en="no longer keeps a post",
    visible="staff",
)
verb("hangout.picture_added", type="Add", fa="عکسی فرستاد", en="sent a picture", visible="staff")
verb("hangout.picture_described", type="Update", fa="عکسی را وصف کرد", en="described a picture", visible="staff")
verb("hangout.picture_dropped", type="Delete", fa="عکسی را دور انداخت", en="threw a picture away", visible="staff")


notice_kind(
    "hangout.mentioned", icon="at-sign",
    fa=("شما را در «{title}» نام برد", "و {others} نفر دیگر شما را در «{title}» نام بردند"),
    en=("mentioned you in “{title}”", "and {others} more mentioned you in “{title}”"),
    label=("نامتان را ببرند", "Somebody mentions you"), outside={"mail": "soon", "push": "now"},
)  # fmt: skip
notice_kind(
    "hangout.replied_to_you", icon="reply",
    fa=("به شما در «{title}» پاسخ داد", "و {others} نفر دیگر به شما در «{title}» پاسخ دادند"),
    en=("replied to you in “{title}”", "and {others} more replied to you in “{title}”"),
    label=("به شما پاسخ دهند", "Somebody replies to you"), outside={"mail": "soon", "push": "now"},
)  # fmt: skip
notice_kind(
    "hangout.replied", icon="message-circle",
    fa=("در «{title}» نوشت", "و {others} نوشتهٔ دیگر در «{title}» آمد"),
    en=("wrote in “{title}”", "and {others} more wrote in “{title}”"),
    label=("در گفت‌وگویی که دنبال می‌کنید بنویسند", "A reply in a topic you follow"), outside={"mail": "soon", "push": "never"},
)  # fmt: skip
notice_kind(
    "hangout.opened", icon="messages-square",
    fa=("گفت‌وگوی «{title}» را باز کرد", "و {others} نفر دیگر در «{title}» گفت‌وگو باز کردند"),
    en=("opened “{title}”", "and {others} more opened topics like “{title}”"),
    label=("در جایی که دنبال می‌کنید گفت‌وگو باز شود", "A new topic where you follow"), outside={"mail": "daily", "push": "never"},
)  # fmt: skip
notice_kind(
    "hangout.accepted", icon="check",
    fa=("پاسخ شما به «{title}» را پذیرفت", "پاسخ شما به «{title}» را پذیرفت"),
    en=("accepted your answer to “{title}”", "accepted your answer to “{title}”"),
    label=("پاسخ شما را بپذیرند", "Your answer is accepted"), outside={"mail": "soon", "push": "now"},
)  # fmt: skip
notice_kind(
    "hangout.reacted", icon="heart",
    fa=("برای نوشتهٔ شما در «{title}» واژه‌ای گذاشت", "و {others} نفر دیگر برای نوشتهٔ شما در «{title}» واژه گذاشتند"),
    en=("had a word for your post in “{title}”", "and {others} more had a word for your post in “{title}”"),
    label=("برای نوشته‌تان واژه‌ای بگذارند", "Somebody has a word for your post"), outside={"mail": "weekly", "push": "never"},
)  # fmt: skip
notice_kind(
    book.NOTICE, icon="award",
    fa=("{title}؛ در دفتر باز نوشته شد", "{title}؛ در دفتر باز نوشته شد"),
    en=("{title}: it stands in the open book", "{title}: it stands in the open book"),
    label=("امتیاز بگیرید", "You earn points"), outside={"mail": "never", "push": "never"},
)  # fmt: skip
hush_when_gone("hangout.topic", "hangout.post")


from patogh.hangout import conversations, moderation  # noqa: E402, F401 - plug the hangout into trust


@hookimpl
def nav_items(member: Member | None) -> list[NavItem]:  # noqa: ARG001 - the same places for everybody
    """Put the talk in the bar and the tab bar, with the round button that begins something."""
    return [
        NavItem(_("Talk"), place("talk"), icon="messages-square", order=20, prefix="/t", tab=True),
        NavItem(_("Spaces"), place("spaces"), icon="hash", order=30, prefix="/s"),
        NavItem(_("Write"), place("topic_new"), icon="plus", order=50, bar=False, tab=True, add=True),
    ]


@hookimpl
def account_items(member: Member) -> list[NavItem]:  # noqa: ARG001 - everybody keeps and drafts
    """Put what one keeps and has not sent in the account menu."""
    return [
        NavItem(_("Kept posts"), place("bookmarks"), icon="bookmark", order=20),
        NavItem(_("Drafts"), place("drafts"), icon="pencil", order=30),
    ]


@hookimpl
def search_audiences(member: Member) -> list[str]:
    """Let members find what was said in the private spaces that they are in."""
    inside = SpaceMember.objects.filter(member=member, space__access="private").values_list("space_id", flat=True)
    return [f"space:{pk}" for pk in inside]


@hookimpl
def subjects_named(kind: str, keys: list[str], viewer: Member | None) -> dict[str, tuple[str, str]]:
    """Name the topics, posts and spaces that the road speaks of, as far as the viewer may see them."""
    if kind not in {"hangout.topic", "hangout.post", "hangout.space"}:
        return {}
    ids = [int(key) for key in keys if key.isdecimal()]
    sight = stamps.sight(viewer.pk if viewer else None)
    if kind == "hangout.topic":
        found = things.topics_named(ids, sight)
    elif kind == "hangout.post":
        found = things.posts_named(ids, sight)
    else:
        found = things.spaces_named(ids, sight, viewer.language if viewer else "fa")
    return {key: (thing.words, thing.url) for key, thing in found.items()}


@hookimpl
def profile_tabs(member: Member, viewer: Any) -> list[tuple[str, str, int]]:  # noqa: ARG001 - the counters are everybody's
    """Give profiles the lists of what somebody opened and wrote."""
    return [("topics", now_gettext("Topics"), member.topics_count), ("posts", now_gettext("Posts"), member.posts_count)]


@hookimpl
def profile_section(request: HttpRequest, member: Member, tab: str) -> Any:
    """Return the list of a tab as HTML, or None where the tab is another room's."""
    if tab not in {"topics", "posts"}:
        return None
    viewer = getattr(request, "member", None)
    sight = stamps.sight(viewer.pk if viewer else None)
    after, before = request.GET.get("after"), request.GET.get("before")
    if tab == "topics":
        listing: Any = profiles.topics_by(member.pk, sight, after=after, before=before)
    else:
        listing = profiles.posts_by(member.pk, sight, after=after, before=before)
    return Markup(page_text(request, f"hangout/_profile_{tab}.html", {"rows": listing, "person": member}))  # noqa: S704 - our template escaped it


@hookimpl
def belongings(member: Member) -> list[tuple[str, str]]:
    """Give members the pictures that they sent."""
    tokens = Picture.objects.filter(owner=member).order_by("pk").values_list("token", flat=True)
    return [(f"pictures/{token}.webp", path_of(token)) for token in tokens.iterator()]


@hookimpl
def erase_extras(member: Member, text: bool) -> None:
    """Do the hangout's part of an erasure."""
    leaving.forget_member(member, with_text=text)
    keep_out(member.pk, [sources.digest(f"neutral:{site()}", str(member.pk))])  # our own folder, read again


@hookimpl
def rename_mentions(handle: str, pseudonym: str) -> None:
    """Replace the handle of somebody erased in posts, versions, drafts and titles."""
    leaving.rename(handle, pseudonym)


plug(sys.modules[__name__])
