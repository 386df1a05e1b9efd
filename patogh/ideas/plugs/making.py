"""What making together plugs in: its verbs, what notices say, whom moves are told, a place in the account menu, leaving."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import after, verb, watch
from patogh.activity.models import Activity
from patogh.ideas import moderation  # noqa: F401 - plugs ideas into trust
from patogh.ideas.actions import leaving, reviewing, talk
from patogh.ideas.actions import notices as _notices  # noqa: F401 - registers the tasks
from patogh.ideas.actions.materials import path_of
from patogh.ideas.models import Material
from patogh.ideas.nouns import VERBS
from patogh.ideas.queries.belonging import own_files
from patogh.ideas.queries.talk import is_talked_about_in
from patogh.kit.hooks import hookimpl
from patogh.looks.hooks import NavItem
from patogh.people.models import Member
from patogh.people.notice_kinds import hush_when_gone, notice_kind

verb(
    "ideas.update_posted", type="Announce", fa="از ایدهٔ {target} خبر داد", en="told news of {target}", visible="public"
)
verb("ideas.question_asked", type="Question", fa="دربارهٔ {target} پرسید", en="asked about {target}", visible="public")
verb(
    "ideas.question_answered",
    type="Accept",
    fa="به پرسش دربارهٔ {target} جواب داد",
    en="answered about {target}",
    visible="public",
)
for _name, _type, _fa, _en in (
    ("update_taken_back", "Undo", "خبری از {target} را برداشت", "took news of {target} back"),
    ("question_taken_back", "Undo", "پرسشی دربارهٔ {subject} را پس گرفت", "took a question about {subject} back"),
    ("feedback_given", "Add", "به ایدهٔ {target} بازخورد داد", "gave feedback on {target}"),
    ("feedback_taken_back", "Undo", "بازخوردش به {subject} را پس گرفت", "took feedback on {subject} back"),
    ("maker_invited", "Invite", "کسی را به ساختن {subject} دعوت کرد", "invited somebody to make {subject}"),
    ("shares_proposed", "Offer", "برای سهم سازندگان {subject} پیشنهادی داد", "proposed shares in {subject}"),
    ("share_agreed", "Accept", "سهمش در {subject} را پذیرفت", "agreed to a share in {subject}"),
    ("share_declined", "Reject", "سهم پیشنهادی در {subject} را نپذیرفت", "declined a share in {subject}"),
    ("proposal_taken_back", "Undo", "پیشنهاد سهم {subject} را پس گرفت", "took the proposed shares in {subject} back"),
    ("maker_left", "Leave", "از سازندگان {subject} کنار رفت", "left the makers of {subject}"),
    ("maker_came_back", "Join", "به سازندگان {subject} برگشت", "came back to the makers of {subject}"),
    ("material_added", "Add", "به {subject} عکس یا پرونده‌ای افزود", "added a picture or file to {subject}"),
    ("material_described", "Update", "عکسی از {subject} را وصف کرد", "described a picture of {subject}"),
    ("material_dropped", "Remove", "عکس یا پرونده‌ای را از {subject} برداشت", "took a picture or file from {subject}"),
    ("cover_chosen", "Update", "عکس اول {subject} را برگزید", "chose the cover of {subject}"),
    ("idea_hidden", "Block", "ایدهٔ {subject} تا بررسی پنهان شد", "hid {subject} until it is looked at"),
    ("idea_unhidden", "Undo", "ایدهٔ {subject} را دوباره نشان داد", "showed {subject} again"),
):
    verb(f"ideas.{_name}", type=_type, fa=_fa, en=_en, visible="staff")

_NOW: Final = {"mail": "soon", "push": "now"}
_SOON: Final = {"mail": "soon", "push": "never"}
_DAILY: Final = {"mail": "daily", "push": "never"}
# name: icon, sentence for one (fa, en), label of the setting (fa, en), and when it is told outside the house.
_KINDS: Final = (
    (
        "returned",
        "reply",
        "ایدهٔ شما با دلیل برگشت خورد: «{title}»",
        "Your idea came back with a reason: “{title}”",
        "ایده‌تان برگشت بخورد",
        "Your idea is returned",
        _NOW,
    ),
    (
        "published",
        "route",
        "ایدهٔ شما منتشر شد و به راه افتاد: «{title}»",
        "Your idea is published and on its way: “{title}”",
        "ایده‌تان منتشر شود",
        "Your idea is published",
        _NOW,
    ),
    (
        "station",
        "mountain",
        "این ایده به ایستگاه تازه‌ای رسید: «{title}»",
        "This idea reached a station: “{title}”",
        "ایده‌ای که پشتش هستید به ایستگاه برسد",
        "An idea you stand behind reaches a station",
        _SOON,
    ),
    (
        "in_review",
        "gauge",
        "این ایده به میز بررسی رسید: «{title}»",
        "This idea goes to the review board: “{title}”",
        "ایده‌ای به بررسی برسد",
        "An idea goes to review",
        _SOON,
    ),
    (
        "expired",
        "clock",
        "مهلت این ایده تمام شد: «{title}»",
        "The time of this idea is over: “{title}”",
        "مهلت ایده‌ای تمام شود",
        "An idea’s time is over",
        _SOON,
    ),
    (
        "approved",
        "check",
        "این ایده پذیرفته شد: «{title}»",
        "This idea was approved: “{title}”",
        "ایده‌ای پذیرفته شود",
        "An idea is approved",
        _NOW,
    ),
    (
        "not_approved",
        "x",
        "این ایده پذیرفته نشد؛ دلیلش: «{title}»",
        "This idea was not approved; the reason: “{title}”",
        "ایده‌ای پذیرفته نشود",
        "An idea is not approved",
        _NOW,
    ),
    (
        "carried_over",
        "repeat",
        "بررسی این ایده به نوبت بعد رفت: «{title}»",
        "The review of this idea goes on in the next batch: “{title}”",
        "بررسی ایده‌ای به نوبت بعد برود",
        "A review is carried over",
        _SOON,
    ),
    (
        "in_development",
        "wrench",
        "ساخت این ایده شروع شد: «{title}»",
        "This idea is being made: “{title}”",
        "ساخت ایده‌ای شروع شود",
        "An idea is being made",
        _SOON,
    ),
    (
        "on_sale",
        "shopping-bag",
        "این ایده به فروش رسید: «{title}»",
        "This idea is on sale: “{title}”",
        "ایده‌ای به فروش برسد",
        "An idea is on sale",
        _NOW,
    ),
    (
        "archived",
        "archive",
        "این ایده کنار گذاشته شد؛ دلیلش: «{title}»",
        "This idea was laid aside; the reason: “{title}”",
        "ایده‌ای کنار گذاشته شود",
        "An idea is archived",
        _SOON,
    ),
    (
        "withdrawn",
        "undo-2",
        "سازنده این ایده را پس گرفت: «{title}»",
        "Its makers withdrew this idea: “{title}”",
        "ایده‌ای پس گرفته شود",
        "An idea is withdrawn",
        _DAILY,
    ),
    (
        "merged",
        "merge",
        "این ایده در ایدهٔ دیگری ادغام شد و حمایت‌ها ماند: «{title}»",
        "This idea was merged into another; supports stay: “{title}”",
        "ایده‌ای ادغام شود",
        "An idea is merged",
        _SOON,
    ),
    (
        "back",
        "route",
        "این ایده دوباره به راه افتاد: «{title}»",
        "This idea is on its way again: “{title}”",
        "ایده‌ای دوباره به راه بیفتد",
        "An idea goes on",
        _SOON,
    ),
    (
        "updated",
        "megaphone",
        "از ایده‌ای که پشتش هستید خبر تازه داد: «{title}»",
        "News of an idea you stand behind: “{title}”",
        "سازندگان خبر بدهند",
        "Makers tell news",
        _SOON,
    ),
    (
        "question",
        "message-circle-question-mark",
        "تیم دربارهٔ ایدهٔ شما پرسید: «{title}»",
        "The team asks about your idea: “{title}”",
        "تیم دربارهٔ ایده‌تان بپرسد",
        "The team asks about your idea",
        _NOW,
    ),
    (
        "answered",
        "reply",
        "به پرسش شما جواب داد: «{title}»",
        "answered your question: “{title}”",
        "به پرسش شما جواب دهند",
        "Your question is answered",
        _SOON,
    ),
    (
        "feedback",
        "list-checks",
        "به ایدهٔ شما بازخورد داد: «{title}»",
        "gave feedback on your idea: “{title}”",
        "به ایده‌تان بازخورد دهند",
        "Feedback on your idea",
        _DAILY,
    ),
    (
        "invited",
        "handshake",
        "شما را به ساختن این ایده دعوت کرد: «{title}»",
        "invited you to make this idea together: “{title}”",
        "به ساختن ایده‌ای دعوت شوید",
        "You are invited to make an idea",
        _NOW,
    ),
    (
        "shares_proposed",
        "handshake",
        "برای سهم سازندگان این ایده پیشنهادی داد: «{title}»",
        "proposed shares in this idea: “{title}”",
        "سهم تازه‌ای پیشنهاد شود",
        "Shares are proposed",
        _NOW,
    ),
    (
        "makers_changed",
        "users",
        "میان سازندگان این ایده چیزی عوض شد: «{title}»",
        "Something changed among the makers: “{title}”",
        "سازندگان عوض شوند",
        "The makers change",
        _SOON,
    ),
)
for _name, _icon, _fa, _en, _label_fa, _label_en, _outside in _KINDS:
    notice_kind(
        f"ideas.{_name}", icon=_icon, fa=(_fa, _fa), en=(_en, _en), label=(_label_fa, _label_en), outside=_outside
    )
hush_when_gone("ideas.idea")

for _verb in VERBS.values():
    after(_verb, "ideas.tell_of_move")
after("ideas.question_asked", "ideas.tell_of_question")
after("ideas.question_answered", "ideas.tell_of_question")
after("ideas.feedback_given", "ideas.tell_of_feedback")
for _name in (
    "maker_invited",
    "shares_proposed",
    "share_agreed",
    "share_declined",
    "proposal_taken_back",
    "maker_left",
    "maker_came_back",
):
    after(f"ideas.{_name}", "ideas.tell_of_makers")


def count_answers(activity: Activity) -> None:
    """Keep the count of answers of an idea whose conversation something happened in."""
    key = activity.subject_id if activity.subject_kind == "hangout.topic" else activity.target_id
    if key.isdecimal() and is_talked_about_in(int(key)):
        talk.count_talk(int(key))


for _name in (
    "reply_posted", "post_edited", "post_trashed", "post_restored", "post_hidden", "post_unhidden", "topic_trashed", "topic_restored",
    "topic_merged", "topic_merge_undone",
):  # fmt: skip
    watch(f"hangout.{_name}")(count_answers)


@hookimpl
def account_items(member: Member) -> list[NavItem]:  # noqa: ARG001 - everybody may have ideas
    """Put one's own ideas in the account menu."""
    return [NavItem(_("My ideas"), reverse("my_ideas"), icon="lightbulb", order=15)]


@hookimpl
def belongings(member: Member) -> list[tuple[str, Any]]:
    """Give members the pictures and files of the ideas that they proposed, and what no table of theirs has."""
    rows = Material.objects.filter(idea__author=member).order_by("pk")
    files: list[tuple[str, Any]] = [*own_files(member)]
    for row in rows.iterator():
        name = row.name if row.kind == "model" else "picture.webp"
        files.append(
            (f"ideas/{row.idea_id}/{row.pk}-{name}", path_of(row.token, "model" if row.kind == "model" else ""))
        )
    return files


@hookimpl
def erase_extras(member: Member, text: bool) -> None:
    """Do the makers' and the reviewers' part of an erasure."""
    leaving.forget_maker(member, with_text=text)
    reviewing.forget_reviewer(member)
