"""Consent at the channels: words of leaving in texts, bounced addresses, and summaries that agree with what was said."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from patogh.activity import watch
from patogh.activity.models import Activity
from patogh.channels import texting
from patogh.channels.actions.agreeing import follow_summary
from patogh.channels.connectors import sending
from patogh.channels.connectors.errors import CannotWrite
from patogh.channels.models import Message
from patogh.kit.errors import PatoghError
from patogh.people import consent
from patogh.people.models import Identity, Member
from patogh.people.queries import brand


@watch("channels.message_received")
def hear_wish(activity: Activity) -> None:
    """Follow a text that is a word of leaving or of coming back, within the transaction that keeps it."""
    message = Message.objects.select_related("setup", "identity").filter(pk=activity.subject_id).first()
    if message is None or message.identity is None or message.setup is None or message.kind != "message":
        return
    if consent.way_of(message.identity) != "sms":
        return
    wish = texting.wish(message.text)
    if wish:
        _follow(wish, message, message.identity)


def _follow(wish: str, message: Message, identity: Identity) -> None:
    """Write the word down, and answer where it changed something."""
    assert message.setup is not None  # noqa: S101 - hear_wish looked
    sender = sending.sender_of(message.setup)
    evidence = {"message": message.key, "text": message.text[:60]}
    if wish == "leave":
        rows = consent.withdraw_all(identity, "sms", sender=sender, method="sms_word", evidence=evidence)
    else:
        try:
            rows = consent.rejoin(identity, "sms", sender, method="sms_word", evidence=evidence)
        except PatoghError:  # a minor: the word changes nothing
            rows = []
    if (rows or wish == "join") and not message.data.get("answered"):
        _answer(message, identity, wish if rows else "nothing")


def _answer(message: Message, identity: Identity, what: str) -> None:
    """Answer once, as the service that it is; a channel that cannot write says nothing."""
    assert message.setup is not None  # noqa: S101 - hear_wish looked
    row = brand()
    with translation.override(row.language):
        facts = {"brand": row.name if row.language == "fa" else row.name_en}
        words = {
            "leave": _("%(brand)s sends you no more advertising from this number. To come back, send 12."),
            "join": _("You get the messages of %(brand)s again. To end them, send 11."),
            "nothing": _("You had agreed to no messages of %(brand)s, so a number alone changes nothing."),
        }[what] % facts
    key = f"{what}:{identity.pk}" if what == "nothing" else f"{what}:{message.key}"
    try:
        sending.write(
            message.setup, identity, words, purpose="service", by=None, key=f"consent:{key}", thread=message.thread
        )
    except CannotWrite:
        return


@watch("people.consent_given")
@watch("people.consent_withdrawn")
def follow_word(activity: Activity) -> None:
    """Let the choice of summaries follow what somebody said of them on the pages of consent."""
    if "summary" in activity.data.get("purposes", []) and activity.data.get("channel") == "mail":
        member = Member.objects.filter(identity_id=activity.identity_id or 0).first()
        if member is not None and activity.data.get("method") == "settings":
            follow_summary(member, is_on=activity.verb == "people.consent_given")
