"""What a mail becomes: an answer where its address says, a bounce, the end of a subscription, a refusal, or nothing.

Everything here may run twice: a mail is settled once, and what it posts is known by the mail's own key.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from allauth.account.models import EmailAddress
from django.utils import timezone

from patogh.channels.actions import unsubscribe
from patogh.channels.incoming import actions, addresses, bounces, limits, reading
from patogh.channels.incoming.actions import Verdict
from patogh.channels.incoming.hookspecs import MailedOutcome, MailedReply
from patogh.channels.models import Delivery, InboundMail
from patogh.kit.errors import Invalid, PatoghError, TooMany
from patogh.kit.hooks import plugins
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kinds


def handle(mail: InboundMail) -> tuple[Verdict, PatoghError | None, list[str]]:
    """Decide about a mail and do what it asks; returns the verdict, the refusal's error, and files left out.

    Raises what should be tried again: a busy house, a full disk.
    """
    if mail.size_bytes > limits.MAIL_BYTES_MAX:
        return _known(mail, Verdict("refused", "too_large")), None, []
    raw = bytes(mail.raw or b"")
    try:
        letter = reading.read(raw)
        failures = bounces.found_in(raw)
    except reading.MailUnreadable:
        return _known(mail, Verdict("refused", "unreadable")), None, []
    token = _token(letter.recipients)
    if failures or (token and token.kind == "bounce"):
        return _bounced(mail, failures, token), None, []
    if token and token.kind == "unsubscribe":
        return _unsubscribed(token), None, []
    if why := _not_for_us(letter, token):
        return _known(mail, why), None, []
    assert token is not None  # noqa: S101 - _not_for_us refuses mails without one
    return _answered(mail, letter, token)


def _token(recipients: list[str]) -> addresses.Token | None:
    return next((token for token in map(addresses.read, recipients) if token), None)


def _not_for_us(letter: reading.Letter, token: addresses.Token | None) -> Verdict | None:
    """Return why a mail is not looked at any further, or None."""
    if letter.automatic:
        return Verdict("ignored", letter.automatic)
    if token is None:
        return Verdict("refused", "no_token")
    if letter.is_forged:
        return Verdict("refused", "forged")
    if token.is_old:
        return Verdict("refused", "old_address")
    return Verdict("refused", "encrypted") if letter.is_encrypted else None


def _known(mail: InboundMail, verdict: Verdict) -> Verdict:
    """Return a verdict with the member whose address the mail came from, if it is one's."""
    return _known_by(mail.sender, verdict) if mail.sender else verdict


def _known_by(address: str, verdict: Verdict) -> Verdict:
    found = EmailAddress.objects.filter(email__iexact=address, verified=True).values_list("user_id", flat=True).first()
    return dataclasses.replace(verdict, member_id=found)


def _answered(
    mail: InboundMail, letter: reading.Letter, token: addresses.Token
) -> tuple[Verdict, PatoghError | None, list[str]]:
    """Hand an answer to the room that it belongs to, if its sender is who the address was made for."""
    member = Member.objects.filter(pk=token.member_id, is_active=True).first()
    refused = Verdict("refused", "account_closed", member.pk if member else None, token.kind, str(token.target))
    if member is None:
        return refused, None, []
    if not EmailAddress.objects.filter(user=member, verified=True, email__iexact=letter.sender).exists():
        return dataclasses.replace(refused, why="other_address"), None, []
    if not letter.text and not letter.pictures:
        return dataclasses.replace(refused, why="empty"), None, []
    try:
        outcome = _handed_over(mail, letter, token, member)
    except PatoghError as error:
        if error.status >= 500 or (isinstance(error, TooMany) and _is_fresh(mail)):
            raise
        return dataclasses.replace(refused, why=error.code), error, []
    held = "held" if outcome.is_held else ""
    verdict = dataclasses.replace(refused, state="accepted", why=held, outcome=outcome.url)
    return verdict, None, [*letter.left_out, *outcome.left_out]


def _is_fresh(mail: InboundMail) -> bool:
    """Whether a mail that came too fast after another one may still wait for its turn."""
    return timezone.now() - mail.arrived_at < dt.timedelta(minutes=limits.PACE_WAIT_MIN)


def _handed_over(mail: InboundMail, letter: reading.Letter, token: addresses.Token, member: Member) -> MailedOutcome:
    reply = MailedReply(token.kind, token.target, letter.text, letter.subject, f"mail:{mail.digest}", letter.pictures)
    outcome = plugins.hook.mail_replied(reply=reply, member=member)
    if outcome is None:
        raise Invalid
    return outcome  # type: ignore[no-any-return]


def _bounced(mail: InboundMail, failures: list[bounces.Bounce], token: addresses.Token | None) -> Verdict:
    """Count the failures of mails that we sent; what names none of ours is not believed."""
    found = [(_address_of(bounce, token), bounce.is_hard, bounce.evidence) for bounce in failures]
    counted = [one for one in found if one[0]]
    if not counted:
        return Verdict("ignored", "unknown_bounce" if failures else "delayed")
    verdict = _known_by(counted[0][0], Verdict("bounce", "hard" if any(one[1] for one in counted) else "soft"))
    actions.settle_bounce(mail.pk, verdict, counted)
    return verdict


def _address_of(bounce: bounces.Bounce, token: addresses.Token | None) -> str:
    """Return the address that a mail of ours went to, or ""."""
    sent = Delivery.objects.filter(message_id=f"<{bounce.message_id}>").first() if bounce.message_id else None
    if sent is not None and sent.address:
        return sent.address
    if token and token.kind == "bounce":
        return Member.objects.filter(pk=token.member_id).values_list("email", flat=True).first() or ""
    return ""


def _unsubscribed(token: addresses.Token) -> Verdict:
    """End one kind of mail, as the address says that was in the List-Unsubscribe of a mail of ours."""
    member = Member.objects.filter(pk=token.member_id).first()
    named = {addresses.mark_of(kind): kind for kind in ("all", "digest", *notice_kinds())}
    if member is None or token.target not in named:
        return Verdict("ignored", "unknown_subscription")
    unsubscribe(member, named[token.target], by=member)
    return Verdict("accepted", "unsubscribed", member.pk, "unsubscribe", "", named[token.target])
