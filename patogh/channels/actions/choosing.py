"""A member's wishes: which events on which channel, and on what terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.channels import limits, registry
from patogh.channels.actions.agreeing import say_mails_again, say_no_mails, say_of_summary
from patogh.channels.actions.digests import reschedule
from patogh.channels.errors import ChoiceUnknown
from patogh.channels.models import Choice, Delivery, Terms
from patogh.channels.models.outgoing import NEVER
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kinds

ALL = "all"
DIGEST = "digest"
Wishes = Mapping[tuple[str, str], str]


class NewTerms(TypedDict, total=False):
    """What of the terms changes."""

    quiet_from_min: int | None
    quiet_to_min: int | None
    is_quiet_at_weekends: bool
    digest: str
    digest_day: int
    digest_hour: int
    mails_a_day: int


@action
def choose(member: Member, wishes: Wishes, *, by: Member) -> None:
    """Keep when `member` wants to hear of which (kind, channel); raises ChoiceUnknown. What is not named stays."""
    for (kind, channel), when in wishes.items():
        _known(kind, channel, when)
    before = {(one.kind, one.channel): one for one in Choice.objects.filter(member=member)}
    changed = [key for key, when in wishes.items() if (before[key].when if key in before else default_of(*key)) != when]
    if not changed:
        return unchanged(None)
    for kind, channel in changed:
        Choice.objects.update_or_create(
            member=member, kind=kind, channel=channel, defaults={"when": wishes[kind, channel]}
        )
    record("channels.choices_made", by=by, subject=member)
    return None


@action
def change_terms(member: Member, *, by: Member, **new: Unpack[NewTerms]) -> Terms:
    """Change quiet hours, digest or the cap; raises ChoiceUnknown. The next digest moves with it."""
    terms = _terms(member)
    _allowed(new)
    for name, value in new.items():
        setattr(terms, name, value)
    if (terms.quiet_from_min is None) != (terms.quiet_to_min is None):
        raise ChoiceUnknown(field="quiet_to")
    terms.save()
    reschedule(member, terms)
    if "digest" in new:
        say_of_summary(member, is_on=terms.digest != NEVER, method="settings")
    record("channels.terms_changed", by=by, subject=member)
    return terms


@action
def mute(member: Member, until: dt.datetime, *, by: Member) -> Terms:
    """Let nothing leave the house for `member` until then; what comes meanwhile is gathered into one mail afterwards."""
    now = timezone.now()
    if not now < until <= now + dt.timedelta(days=limits.MUTE_DAYS_MAX):
        raise ChoiceUnknown(field="until")
    terms = _terms(member)
    terms.muted_until = until
    terms.save()
    record("channels.notices_muted", by=by, subject=member)
    return terms


@action
def unmute(member: Member, *, by: Member) -> None:
    """End the silence."""
    if not Terms.objects.filter(member=member).exclude(muted_until=None).update(muted_until=None):
        return unchanged(None)
    record("channels.notices_unmuted", by=by, subject=member)
    return None


@action
def unsubscribe(member: Member, what: str, *, by: Member) -> dict[str, str]:
    """Send no more mails of one kind, no digest (`digest`) or none at all (`all`); returns what was before, for undo."""
    before = _mail_choices(member, what)
    if all(when == "never" for when in before.values()):
        return unchanged(before)
    _set_mail_choices(member, dict.fromkeys(before, "never"))
    waiting = Delivery.objects.filter(member=member, channel="mail", state="waiting")
    if what != ALL:
        waiting = waiting.filter(kind=what)
    waiting.update(state="skipped", why="unsubscribed", ended_at=timezone.now())
    if what == ALL:
        say_no_mails(member)
    elif what == DIGEST:
        say_of_summary(member, is_on=False, method="unsubscribed")
    record("channels.mail_unsubscribed", by=by, subject=member, data={"what": what})
    return before


@action
def resubscribe(member: Member, before: Mapping[str, str], *, by: Member) -> None:
    """Undo an unsubscription: put these choices back, as `unsubscribe` returned them; raises ChoiceUnknown."""
    for kind, when in before.items():
        if kind != DIGEST:
            _known(kind, "mail", when)
        elif when not in dict(Terms.DIGESTS):
            raise ChoiceUnknown
    if _mail_choices(member, ALL).items() >= dict(before).items():
        return unchanged(None)
    _set_mail_choices(member, before)
    if before.get(DIGEST, NEVER) != NEVER:
        say_mails_again(member) if len(before) > 1 else say_of_summary(member, is_on=True, method="undo")
    record("channels.mail_resubscribed", by=by, subject=member)
    return None


@upkeep
def open_outlet(member: Member, channel: str) -> None:
    """Begin to plan for a channel that a member has opened, for example with a first device."""
    terms = _terms(member)
    terms.outlets = " ".join(sorted({*terms.outlets.split(), channel}))
    terms.save()


@upkeep
def close_outlet(member: Member, channel: str) -> None:
    """Plan no more for a channel whose last device is gone."""
    terms = _terms(member)
    terms.outlets = " ".join(sorted(set(terms.outlets.split()) - {channel}))
    terms.save()


def default_of(kind: str, channel: str) -> str:
    """Return when a kind of event is told on a channel to those who chose nothing."""
    if channel == registry.IN_APP:
        return "now"
    known = notice_kinds().get(kind)
    return known.outside.get(channel, "never") if known else "never"


def _terms(member: Member) -> Terms:
    Member.objects.select_for_update().filter(pk=member.pk).values_list("pk").first()
    return Terms.objects.filter(member=member).first() or Terms(member=member)


def _known(kind: str, channel: str, when: str) -> None:
    allowed: tuple[str, ...] = ("now", "never") if channel == registry.IN_APP else ()
    if channel in registry.channels():
        allowed = registry.channel(channel).whens
    if kind not in notice_kinds() or when not in allowed:
        raise ChoiceUnknown


def _allowed(new: NewTerms) -> None:
    """Hold each number to its range; raises ChoiceUnknown."""
    ranges = {
        "quiet_from_min": range(24 * 60), "quiet_to_min": range(24 * 60), "digest_day": range(7), "digest_hour": range(24),
        "mails_a_day": range(1, limits.MAILS_A_DAY_MAX + 1),
    }  # fmt: skip
    for name, allowed in ranges.items():
        value = new.get(name)
        if value is not None and value not in allowed:
            raise ChoiceUnknown(field=name)
    if new.get("digest", "never") not in dict(Terms.DIGESTS):
        raise ChoiceUnknown(field="digest")


def _mail_choices(member: Member, what: str) -> dict[str, str]:
    """Return the present choices for mail of one kind, of the digest, or of all; raises ChoiceUnknown."""
    kinds = [kind for kind in notice_kinds() if what in (ALL, kind)]
    chosen = dict(Choice.objects.filter(member=member, channel="mail").values_list("kind", "when"))
    found = {kind: chosen.get(kind, default_of(kind, "mail")) for kind in kinds}
    if what in (ALL, DIGEST):
        found[DIGEST] = _terms(member).digest
    if not found:
        raise ChoiceUnknown
    return found


def _set_mail_choices(member: Member, choices: Mapping[str, str]) -> None:
    for kind, when in choices.items():
        if kind == DIGEST:
            terms = _terms(member)
            terms.digest = when
            terms.save()
            reschedule(member, terms)
        else:
            Choice.objects.update_or_create(member=member, kind=kind, channel="mail", defaults={"when": when})
