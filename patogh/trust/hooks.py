"""What trust plugs in: its verbs and notices, what it counts on the road, and what it refuses lower rooms."""

from __future__ import annotations

import sys

from patogh.activity import verb, watch
from patogh.activity.door import inner
from patogh.activity.models import Activity
from patogh.kit.errors import PatoghError
from patogh.kit.hooks import hookimpl, plug
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kind
from patogh.people.queries import follow_between
from patogh.trust import (
    actions,
    book,  # noqa: F401 - watches what is decided
    person_page,  # noqa: F401 - plugs itself in
    queries,
    segment_words,  # noqa: F401 - plugs itself in
)
from patogh.trust.actions.levels import count_reply, count_word
from patogh.trust.errors import BlockedByThem, MinorNotFollowed

for _name, _type, _fa, _en in (
    ("flag_raised", "Flag", "چیزی را گزارش کرد", "flagged something"),
    ("flag_withdrawn", "Undo", "گزارشش را پس گرفت", "took a flag back"),
    ("subject_hidden", "Block", "گزارش اعضا نوشته‌ای را پنهان کرد", "flags hid something"),
    ("text_held", "Offer", "نوشته‌ای فرستاد که در صف بررسی است", "sent something that waits for review"),
    ("held_withdrawn", "Undo", "نوشتهٔ در صفش را پس گرفت", "took back what waited for review"),
    ("sign_up_held", "TentativeAccept", "در صف بررسی عضویت است", "waits for a look at the new account"),
    ("item_decided", "Accept", "دربارهٔ چیزی در صف تصمیم گرفت", "decided about something in the queue"),
    ("items_decided", "Accept", "دربارهٔ چند چیز در صف تصمیم گرفت", "decided about several things in the queue"),
    ("decisions_undone", "Undo", "تصمیم‌هایی را برگرداند", "undid decisions"),
    ("member_sanctioned", "Block", "به عضوی هشدار داد یا دستش را بست", "warned, silenced or suspended a member"),
    ("sanction_lifted", "Undo", "محدودیت عضوی را برداشت", "lifted a sanction"),
    ("appeal_opened", "Question", "به تصمیمی اعتراض کرد", "appealed against a decision"),
    ("appeal_withdrawn", "Undo", "اعتراضش را پس گرفت", "took an appeal back"),
    ("appeal_decided", "Accept", "به اعتراضی جواب داد", "answered an appeal"),
    ("second_opinion_given", "Add", "نظر دوم داد", "gave a second opinion"),
    ("terms_changed", "Update", "قرارهای اعتماد را عوض کرد", "changed the terms of trust"),
    ("word_listed", "Add", "واژه‌ای را در فهرست گذاشت", "listed a word"),
    ("word_unlisted", "Remove", "واژه‌ای را از فهرست برداشت", "took a word off the list"),
    ("level_given", "Update", "سطح اعتماد عضوی را تعیین کرد", "set a trust level by hand"),
    ("level_changed", "Update", "به سطح تازه‌ای از اعتماد رسید", "came to another trust level"),
    ("member_blocked", "Block", "عضوی را مسدود کرد", "blocked a member"),
    ("member_unblocked", "Undo", "عضوی را از مسدودی درآورد", "unblocked a member"),
    ("age_band_changed", "Update", "گروه سنی‌اش را گفت", "said an age band"),
    ("age_band_asked", "Offer", "خواست گروه سنی‌اش عوض شود", "asked for another age band"),
):
    verb(f"trust.{_name}", type=_type, fa=_fa, en=_en, visible="staff")

for _name, _icon, _fa, _en in (
    ("hidden", "eye-off", "نوشتهٔ شما پس از گزارش اعضا تا بررسی پنهان شد: «{title}»", "Members flagged your post; it is hidden for now: “{title}”"),
    ("decided", "shield", "دربارهٔ نوشتهٔ شما تصمیمی گرفته شد: «{title}»", "A moderator decided about your post: “{title}”"),
    ("published", "check", "نوشتهٔ شما پس از بررسی منتشر شد: «{title}»", "Your post was looked at and is published: “{title}”"),
    ("refused", "x", "نوشتهٔ شما پس از بررسی منتشر نشد: «{title}»", "Your post was looked at and not published: “{title}”"),
    ("let_in", "check", "حساب شما بررسی شد؛ خوش آمدید", "Your account was looked at; welcome"),
    ("sanctioned", "shield", "دربارهٔ حساب شما تصمیمی گرفته شد؛ دلیل و راه اعتراض را ببینید", "A decision about your account; see why and how to appeal"),
    ("sanction_lifted", "check", "محدودیت حساب شما برداشته شد", "The limits on your account are lifted"),
    ("appeal_decided", "shield", "به اعتراض شما جواب داده شد", "Your appeal was answered"),
    ("undone", "check", "تصمیمی که دربارهٔ شما گرفته شده بود پس گرفته شد: «{title}»", "A decision about you was taken back: “{title}”"),
    ("flag_settled", "flag", "گزارش شما بررسی شد: «{title}»", "Your flag was looked at: “{title}”"),
    ("level_reached", "award", "سطح اعتماد شما بالا رفت؛ ببینید چه کارهای تازه‌ای می‌توانید بکنید", "You came to a new trust level; see what it opens"),
    ("age_settled", "check", "درخواست تغییر گروه سنی شما بررسی شد", "Your wish for another age band was looked at"),
):  # fmt: skip
    notice_kind(f"trust.{_name}", icon=_icon, fa=(_fa, _fa), en=(_en, _en))


@watch("hangout.reply_posted")
def note_reply(activity: Activity) -> None:
    """Count a reply."""
    inner(count_reply)(activity)


@watch("hangout.reaction_given")
def note_word(activity: Activity) -> None:
    """Count a word."""
    count_word(activity)


@watch("hangout.reaction_taken_back")
def note_word_taken_back(activity: Activity) -> None:
    """Count a word back."""
    count_word(activity, -1)


@watch("people.member_joined")
def look_at_sign_up(activity: Activity) -> None:
    """Hold a new account where this installation asks for it."""
    if activity.channel not in {"web", "api"}:
        return
    member = Member.objects.get(pk=activity.subject_id)
    verdict = queries.judged_sign_up(member)
    if verdict.hold:
        actions.hold_sign_up(member, verdict)


@hookimpl
def following_refused(member: Member, by: Member) -> PatoghError | None:
    """Let nobody follow whoever blocks them, and a minor only those whom the minor follows, and the team."""
    if queries.blocks(member.pk, by.pk):
        return BlockedByThem()
    if member.is_minor and not by.is_team and follow_between(member, by) != "following":
        return MinorNotFollowed()
    return None


@hookimpl
def joining_from(address: str) -> None:
    """Count new accounts of an address; raises TooManyAccounts."""
    actions.count_account(address)


@hookimpl
def erase_extras(member: Member, text: bool, pseudonym: str) -> None:  # noqa: ARG001 - the words of the hook
    """Close what waits of somebody who is erased."""
    actions.let_go(member)


@hookimpl
def sign_in_refused(member: Member) -> str | None:
    """Send a suspended member to the page that says why, until when and how to appeal."""
    return f"/suspended/{queries.suspension_token(member)}"


plug(sys.modules[__name__])
