"""Summaries and consent say the same: whichever is changed, the other follows."""

from __future__ import annotations

from django.utils import translation

from patogh.activity import upkeep
from patogh.channels.actions.digests import reschedule
from patogh.channels.models import Terms
from patogh.channels.models.outgoing import NEVER, WEEKLY
from patogh.people import consent
from patogh.people.consent import actions as words
from patogh.people.models import Identity, Member

SUMMARY = "summary"


@upkeep
def follow_summary(member: Member, *, is_on: bool) -> None:
    """Let the terms follow a word about summaries: weekly again, or never."""
    terms = Terms.objects.filter(member=member).first() or Terms(member=member)
    if is_on == (terms.digest != NEVER):
        return
    terms.digest = WEEKLY if is_on else NEVER
    terms.save()
    reschedule(member, terms)


@upkeep
def say_of_summary(member: Member, *, is_on: bool, method: str) -> None:
    """Write the word about summaries down that a choice of the notices is; what stands already is not said again."""
    stands = consent.standing([member.identity_id], SUMMARY, "mail").state
    if is_on and stands == "withdrawn":
        text = consent.text_of(SUMMARY, "mail")
        said: words.Said = {
            "words": text.words(member.language), "text": text.row, "method": method, "language": member.language,
            "evidence": {"page": "/me/settings/notices"},
        }  # fmt: skip
        consent.give(member.identity, SUMMARY, "mail", by=member, **said)
    elif not is_on and stands != "withdrawn":
        consent.withdraw(member.identity, SUMMARY, "mail", by=member, method=method, language=member.language)


@upkeep
def say_no_mails(member: Member) -> None:
    """Take back whatever somebody could agree to by mail: they asked for none at all."""
    consent.withdraw_all(
        member.identity, "mail", by=member, method="unsubscribed", language=translation.get_language() or ""
    )


@upkeep
def say_mails_again(member: Member) -> None:
    """Undo that: what was given before is given again, nothing else."""
    consent.rejoin(member.identity, "mail", "", method="undo")
    say_of_summary(member, is_on=True, method="undo")


@upkeep
def follow_bounce(address: str, evidence: str) -> None:
    """Take back what an address agreed to whose mails come back for good: it may be somebody else's by now."""
    identity = Identity.objects.filter(kind="email", value=address).first()
    if identity is not None:
        given = [
            one.name for one in consent.purposes() if consent.standing([identity.pk], one.name, "mail").state == "given"
        ]
        if given:
            consent.withdraw_all(identity, "mail", only=given, method="bounce", evidence={"said": evidence[:300]})


def may_have_summary(member: Member) -> bool:
    """Return whether nothing that was said stands against a summary by mail."""
    address = Identity.objects.filter(kind="email", value=(member.email or "").lower()).first() or member.identity
    return address.pk in consent.allowed([address], SUMMARY, "mail")
