"""What consent plugs in: its verbs, and what an erasure leaves of it."""

from __future__ import annotations

import sys

from patogh.activity import verb
from patogh.kit.hooks import hookimpl, plug
from patogh.people.consent import asking, erasing  # noqa: F401 - the worker knows its task by name
from patogh.people.models import Member

verb("people.consent_given", type="Accept", fa="رضایت داد", en="gave a consent", visible="staff")
verb("people.consent_withdrawn", type="Reject", fa="رضایتش را پس گرفت", en="took a consent back", visible="staff")
verb(
    "people.consent_text_written",
    type="Update",
    fa="متن رضایت را تازه کرد",
    en="wrote a new version of the words that ask for consent",
    visible="staff",
)
verb(
    "people.consents_imported",
    type="Add",
    fa="رضایت‌هایی را از جای دیگر آورد",
    en="brought consents from elsewhere",
    visible="staff",
)
verb(
    "people.consents_exported",
    type="Read",
    fa="رونوشتِ رضایت‌ها را گرفت",
    en="took a copy of the consents",
    visible="staff",
)


@hookimpl
def erase_extras(member: Member, text: bool, pseudonym: str) -> None:  # noqa: ARG001 - the words are the brand's own
    """Keep that there was a no, as a keyed hash and under a pseudonym; empty what proved it."""
    erasing.forget(member)


plug(sys.modules[__name__])
