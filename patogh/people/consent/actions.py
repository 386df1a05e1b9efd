"""What is said about consent: rows that are only ever added, and the counters that follow."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, TypedDict, Unpack

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.people.consent import aims, gate, limits, routes, texts
from patogh.people.consent.algebra import OWN_METHODS, standing
from patogh.people.consent.errors import (
    EvidenceMissing,
    MethodUnknown,
    MomentUnreadable,
    PurposeUnknown,
    WhyMissing,
    WordsMissing,
    WordsTooLong,
)
from patogh.people.models import Consent, ConsentCount, ConsentText, Identity, Member

# How something was said: on our own pages, in a form, by a message; or what a machine concluded.
METHODS: Final = (
    "settings", "link", "confirmed", "form", "sms_word", "unsubscribed", "import", "spoken", "paper", "bounce", "complaint", "undo",
)  # fmt: skip
EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


class Speaker(Protocol):
    """A member or an identity that says it."""

    @property
    def identity_id(self) -> int | None:
        """The key of the identity."""


class Said(TypedDict, total=False):
    """How a word was said: the words shown, how, what proves it, in which language, and when if not now."""

    sender: str
    words: str
    text: ConsentText | None
    method: str
    evidence: Mapping[str, Any]
    language: str
    at: dt.datetime | None


@action
def give(identity: Identity, purpose: str, channel: str, *, by: Speaker | None = None, **said: Unpack[Said]) -> Consent:
    """Keep that this identity agreed; the same yes a second time changes nothing.

    Raises PurposeUnknown, WayUnknown, WordsMissing, WordsTooLong, MethodUnknown, EvidenceMissing, MomentUnreadable, TooYoung.
    """
    gate.refuse_minor(identity, aims.known(purpose))
    row, is_new = _said(identity, (purpose, channel), "given", by, said)
    if not is_new:
        return unchanged(row)
    _recorded("people.consent_given", identity, by, [row])
    return row


@action
def withdraw(
    identity: Identity, purpose: str, channel: str, *, by: Speaker | None = None, **said: Unpack[Said]
) -> Consent:
    """Keep that this identity takes it back; needs no words. The same no a second time changes nothing."""
    row, is_new = _said(identity, (purpose, channel), "withdrawn", by, said)
    if not is_new:
        return unchanged(row)
    _recorded("people.consent_withdrawn", identity, by, [row])
    return row


@action
def withdraw_all(
    identity: Identity, channel: str, *, by: Speaker | None = None, only: Iterable[str] = (), **said: Unpack[Said]
) -> list[Consent]:
    """Take everything back that this identity could agree to on a channel (or `only` these purposes): one activity."""
    wanted = set(only)
    found = [
        _said(identity, (one.name, channel), "withdrawn", by, said)
        for one in aims.choosable()
        if channel in texts.channels_of(one) and (not wanted or one.name in wanted)
    ]
    rows = [row for row, is_new in found if is_new]
    if not rows:
        return unchanged([])
    _recorded("people.consent_withdrawn", identity, by, rows)
    return rows


@action
def rejoin(identity: Identity, channel: str, towards: str, **said: Unpack[Said]) -> list[Consent]:
    """Take a word of leaving `towards` a sender back: give anew only what was given before the no, with those same words.

    One activity, or none where there is nothing to come back to: a number alone is no consent.
    """
    rows = []
    for one in aims.choosable():
        earlier = _given_before(identity, one.name, channel, towards)
        if earlier is not None:
            gate.refuse_minor(identity, one)
            again: Said = {"language": earlier.language}
            again.update(said)
            again.update({"sender": towards, "words": earlier.words, "text": earlier.text})
            rows += [row for row, is_new in [_said(identity, (one.name, channel), "given", None, again)] if is_new]
    if not rows:
        return unchanged([])
    _recorded("people.consent_given", identity, None, rows)
    return rows


@action
def write_text(purpose: str, channel: str, fa: str, en: str, *, by: Member) -> ConsentText:
    """Write a new version of the words that ask; what was agreed to before keeps its own."""
    what = aims.known(purpose)
    where = routes.known(channel)
    fa, en = _words(texts.written(fa), "fa"), _words(texts.written(en), "en")
    newest = ConsentText.objects.filter(purpose=what.name, channel=where.name).order_by("-number").first()
    if newest is not None and (newest.fa, newest.en) == (fa, en):
        return unchanged(newest)
    row = ConsentText.objects.create(
        purpose=what.name, channel=where.name, number=(newest.number if newest else 0) + 1, fa=fa, en=en,
        by_identity_id=by.identity_id, made_at=timezone.now(),
    )  # fmt: skip
    record("people.consent_text_written", by=by, subject=row, data={"purpose": what.name, "channel": where.name})
    return row


@action
def take_consents(rows: Sequence[tuple[Identity, str, str, str, Said]], *, by: Member) -> list[tuple[Consent, bool]]:
    """Keep words from elsewhere: (whose, "given" or "withdrawn", purpose, channel, how); each needs words and evidence.

    Returns each row and whether it is new. One activity for all of them.
    """
    found = []
    for identity, state, purpose, channel, said in rows:
        if not said.get("evidence"):
            raise EvidenceMissing
        if state == "given":
            gate.refuse_minor(identity, aims.known(purpose))
        found.append(_said(identity, (purpose, channel), state, by, said))
    count = sum(is_new for _, is_new in found)
    if not count:
        return unchanged(found)
    record("people.consents_imported", by=by, subject=by, data={"count": count})
    return found


@action
def note_export(why: str, filters: Mapping[str, str], *, by: Member) -> None:
    """Write down that somebody takes a copy of consents, and what for; raises WhyMissing."""
    plain = texts.written(why)[: limits.EXPORT_WHY_CHARS_MAX]
    if len(plain) < limits.EXPORT_WHY_CHARS_MIN:
        raise WhyMissing
    record("people.consents_exported", by=by, subject=by, data={"why": plain, **filters})


def _said(
    identity: Identity, cell: tuple[str, str], state: str, by: Speaker | None, said: Said
) -> tuple[Consent, bool]:
    """Add one row, and tell whether it is new."""
    Identity.objects.select_for_update().filter(pk=identity.pk).values_list("pk").first()
    row = _row(identity, cell, state, by, said)
    same = Consent.objects.filter(
        identity=identity, purpose=row.purpose, channel=row.channel, sender=row.sender
    ).order_by("-happened_at", "-pk")  # fmt: skip
    newest = same.first()
    if said.get("at") is None:
        is_same = newest is not None and newest.state == state and newest.words_hash == row.words_hash
        known = newest if is_same and not _is_news(identity, row) else None
    else:
        known = same.filter(state=state, happened_at=row.happened_at).first()
    if known is not None:
        return known, False
    row.save(force_insert=True)
    is_newest = newest is None or newest.happened_at <= row.happened_at
    _count(row, newest.state if newest else "", is_newest=is_newest)
    return row, True


def _is_news(identity: Identity, row: Consent) -> bool:
    """Whether saying the same again changes what stands: others of her identities, or her account, said otherwise in between."""
    if identity.person_id is None or (
        row.state == "given" and not (identity.kind == "member" and row.method in OWN_METHODS)
    ):
        return False
    family = list(Identity.objects.filter(person=identity.person_id).values_list("pk", flat=True))
    stands = standing(family, row.purpose, row.channel, row.sender).state
    return (stands == "withdrawn") == (row.state == "given")


def _row(identity: Identity, cell: tuple[str, str], state: str, by: Speaker | None, said: Said) -> Consent:
    """Return the row as it would stand; raises what is wrong with it."""
    purpose, channel = aims.known(cell[0]), routes.known(cell[1])
    if not purpose.can_be_withdrawn:
        raise PurposeUnknown(purpose.name)
    method = said.get("method", "")
    if method not in METHODS:
        raise MethodUnknown(methods=", ".join(METHODS))
    sender = texts.written(said.get("sender"))
    if len(sender) > limits.SENDER_CHARS_MAX:
        raise WordsTooLong(field="sender")
    words = texts.written(said.get("words"))
    if state == "given" or words:
        words = _words(words, "words")
    return Consent(
        identity=identity, purpose=purpose.name, channel=channel.name, sender=sender, state=state, text=said.get("text"),
        words=words, words_hash=texts.digest(words) if words else "", language=str(said.get("language") or "")[:8],
        method=method, evidence=_evidence(said.get("evidence")), by_identity_id=by.identity_id if by else identity.pk,
        happened_at=_moment(said.get("at")), recorded_at=timezone.now(),
    )  # fmt: skip


def _words(words: str, field: str) -> str:
    if not words:
        raise WordsMissing(field=field)
    if len(words) > limits.WORDS_CHARS_MAX:
        raise WordsTooLong(field=field)
    return words


def _evidence(evidence: Mapping[str, Any] | None) -> dict[str, Any]:
    plain = dict(evidence or {})
    if len(json.dumps(plain, ensure_ascii=False, default=str)) > limits.EVIDENCE_CHARS_MAX:
        raise WordsTooLong(field="evidence")
    return plain


def _moment(at: dt.datetime | None) -> dt.datetime:
    now = timezone.now()
    if at is None:
        return now
    if timezone.is_naive(at) or not EARLIEST <= at <= now + dt.timedelta(seconds=limits.CLOCK_AHEAD_S_MAX):
        raise MomentUnreadable
    return min(at, now)


def _given_before(identity: Identity, purpose: str, channel: str, sender: str) -> Consent | None:
    """Return the yes that this identity took back towards this sender, if there was one and its no still counts."""
    rows = Consent.objects.filter(identity=identity, purpose=purpose, channel=channel, sender__in={"", sender})
    newest_first = list(rows.order_by("-happened_at", "-pk")[:20])
    if not newest_first or newest_first[0].state != "withdrawn":
        return None
    return next((row for row in newest_first if row.state == "given"), None)


def _count(row: Consent, before: str, *, is_newest: bool) -> None:
    """Keep how often a cell was said how (by method), and how many addresses stand where (method "")."""
    steps = {(row.method, row.state): 1}
    if is_newest and before != row.state:
        steps["", row.state] = 1
        if before:
            steps["", before] = -1
    for (method, state), step in steps.items():
        counter, _ = ConsentCount.objects.get_or_create(purpose=row.purpose, channel=row.channel, method=method)
        ConsentCount.objects.filter(pk=counter.pk).update(**{f"{state}_count": F(f"{state}_count") + step})


def _recorded(verb: str, identity: Identity, by: Speaker | None, rows: Sequence[Consent]) -> None:
    first = rows[0]
    record(
        verb, by=by or identity, subject=identity,
        data={
            "purpose": first.purpose, "purposes": [row.purpose for row in rows], "channel": first.channel,
            "sender": first.sender, "method": first.method, "receipts": [str(row.receipt) for row in rows],
        },
    )  # fmt: skip
