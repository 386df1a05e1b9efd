"""What moderation puts into the open book: what was decided, why, and how it ended; no names, no words, no things.

Each line stands in the transaction of its decision. Whom it met gets the receipt; who decided, and the words that were
said, are there as commitments only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from patogh.activity import watch
from patogh.activity.models import Activity
from patogh.ledger import schemas
from patogh.ledger.actions.book import Secret, enter
from patogh.ledger.models import Submission
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.models import Appeal, Decision, ReviewItem, Sanction, SecondOpinion, TrustTerms
from patogh.trust.terms import TERMS

ACTION: Final = "moderation.action.v1"
ANSWER: Final = "moderation.appeal_decided.v1"
_ROWS: Final = ("item", "member", "by", "sanctioned")
Fields = dict[str, Any]


@watch("trust.item_decided")
@watch("trust.items_decided")
def enter_decisions(activity: Activity) -> None:
    """Enter each decision of one go, a line for every item."""
    rows = _decisions(activity.data["decisions"])
    seconds = set(SecondOpinion.objects.filter(decision__in=rows).values_list("decision", flat=True))
    for row in rows:
        _enter_decision(row, is_seconded=row.pk in seconds)


@watch("trust.member_sanctioned")
def enter_sanction(activity: Activity) -> None:
    """Enter a warning, silence or suspension about no single thing."""
    for row in _decisions([activity.data["decision"]]):
        _enter_decision(row)


@watch("trust.subject_hidden")
def enter_hiding(activity: Activity) -> None:
    """Enter that flags of several members took a thing out of sight, before anybody of the team decided."""
    item = ReviewItem.objects.select_related("member").get(pk=activity.subject_id)
    _enter(
        {"what": "hide", "reason": "flags", "weight": _weight(item), "second": 0},
        key=f"hidden:{activity.pk}",
        met=item.member,
        subject=("trust.item", str(item.pk)),
    )


@watch("trust.decisions_undone")
def enter_undoing(activity: Activity) -> None:
    """Enter that decisions were taken back, each beside the line that it takes back."""
    rows = _decisions(activity.data["decisions"])
    about = _lines(f"decision:{row.pk}" for row in rows)
    for row in rows:
        _enter(
            {"what": "undo", "reason": row.reason, **_about(about.get(f"decision:{row.pk}"))},
            key=f"undone:{row.pk}:{activity.pk}",
            met=row.member,
            by=row.lifted_by,
            subject=_subject(row.pk),
        )


@watch("trust.sanction_lifted")
def enter_lifting(activity: Activity) -> None:
    """Enter that a sanction ended before its time."""
    row = Sanction.objects.select_related("member", "lifted_by").get(pk=activity.data["sanction"])
    key = f"decision:{row.decision_id}"
    _enter(
        {"what": "lift", "reason": row.reason, **_about(_lines([key]).get(key))},
        key=f"lifted:{activity.pk}",
        met=row.member,
        by=row.lifted_by,
        subject=_subject(row.decision_id),
    )


@watch("trust.appeal_decided")
def enter_answer(activity: Activity) -> None:
    """Enter how an appeal ended, and the words of the answer as a commitment."""
    row = Appeal.objects.select_related("by", "decided_by", "decision__item").get(pk=activity.subject_id)
    seconded = SecondOpinion.objects.filter(decision=row.decision_id, given_at__isnull=False).exists()
    key = f"decision:{row.decision_id}"
    enter(
        ANSWER,
        {"outcome": row.outcome, "second": int(seconded), **_about(_lines([key]).get(key))},
        key=f"appeal:{row.pk}",
        secrets=_secrets(row.by, row.decided_by, row.answer),
        owner=row.by,
        subject=("trust.appeal", str(row.pk)),
    )


@watch("trust.terms_changed")
def enter_terms(activity: Activity) -> None:
    """Enter the hash of all terms before and after, each with its value as the page of terms shows it."""
    row = TrustTerms.objects.get(pk=activity.subject_id)
    after = {name: row.chosen.get(name, term.default) for name, term in TERMS.items()}
    before = {**after, **activity.data["before"]}
    enter(
        "policy.changed.v1",
        {"what": "terms", "before": terms_hash(before), "after": terms_hash(after)},
        key=f"terms:{row.version}",
    )


def terms_hash(values: dict[str, int | str]) -> str:
    """Return the SHA-256 of terms as canonical JSON, which anyone can make from the page that shows them."""
    return hashlib.sha256(schemas.written(values)).hexdigest()


def words_hash(words: str) -> str:
    """Return what stands for words in a commitment: their SHA-256, so that no second copy of them is kept."""
    return hashlib.sha256(words.encode()).hexdigest()


def _decisions(keys: Iterable[int]) -> list[Decision]:
    return list(Decision.objects.select_related(*_ROWS).filter(pk__in=list(keys)).order_by("pk"))


def _enter_decision(row: Decision, *, is_seconded: bool = False) -> None:
    """Enter one decision with what followed for the member."""
    fields: Fields = {"what": row.what, "reason": row.reason, "second": int(is_seconded)}
    if row.item is not None and row.item.kind == "flags":
        fields["weight"] = _weight(row.item)
    if row.sanction:
        fields["sanction"] = row.sanction
        until = row.sanctioned.until
        fields |= {"until": int(until.timestamp())} if until is not None else {}
    _enter(
        fields,
        key=f"decision:{row.pk}",
        met=row.member,
        by=row.by,
        words=row.words,
        subject=_subject(row.pk),
    )


def _enter(
    fields: Fields,
    *,
    key: str,
    met: Member | None,
    subject: tuple[str, str],
    by: Member | None = None,
    words: str = "",
) -> None:
    """Enter one act of moderation; the subject stays in the database, it is no part of the line."""
    enter(ACTION, fields, key=key, secrets=_secrets(met, by, words), owner=met, subject=subject)


def _subject(decision_id: int) -> tuple[str, str]:
    """Return what finds the line again: the decision, never the thing, so that nothing shows a seal beside that."""
    return "trust.decision", str(decision_id)


def _secrets(met: Member | None, by: Member | None, words: str) -> dict[str, str | Secret]:
    """Return what a line only commits to: whom it met, who acted (empty: the house itself), and what was said."""
    found: dict[str, str | Secret] = {}
    if met is not None:
        found["member"] = Secret(f"member:{met.pk}", met)
    if by is not None:
        found["by"] = Secret(f"member:{by.pk}", by)
    if words and met is not None:
        found["words"] = Secret(words_hash(words), met)
    return found


def _weight(item: ReviewItem) -> int:
    """Return what the flags weighed, in hundredths: one member's flag is 100."""
    return min(round(item.score % limits.MINOR_SAFETY_SCORE * 100), 1_000_000)


def _lines(keys: Iterable[str]) -> dict[str, str]:
    """Return the ids of entries by their keys; decisions from before the book have none."""
    found = Submission.objects.filter(key__in=list(keys)).values_list("key", "pk")
    return {key: pk.hex for key, pk in found}


def _about(line: str | None) -> Fields:
    return {"about": line} if line else {}
