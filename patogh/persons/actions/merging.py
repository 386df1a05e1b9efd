"""Making two persons one: link rows for the identities of one side, and nothing else is touched.

What was said and written hangs on identities, so it comes along by itself and goes back by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from django.utils import timezone

from patogh.activity import action, record
from patogh.kit.hooks import plugins
from patogh.people.identifying import is_erased, masked
from patogh.people.models import Identity, IdentityLink, Member, Person
from patogh.people.queries import may
from patogh.people.queries.identities import MERGED
from patogh.persons.errors import (
    IdentifiersDiffer,
    MayNotMerge,
    PersonAlreadyMerged,
    PersonErased,
    SamePerson,
    SurvivorUnknown,
)
from patogh.persons.models import Merge, MergeLink, Suggestion
from patogh.persons.queries.persons import differing

RIGHT = "persons.merge"
REASON_CHARS_MAX = 300


class Grounds(TypedDict, total=False):
    """Why two persons are said to be one: `why` is "verified", "staff", "suggestion" or "claimed".

    `survivors` names, field by field, the identity whose word stands; `evidence` holds keys and short words only.
    """

    why: str
    reason: str
    survivors: Mapping[str, int] | None
    score: float | None
    evidence: Mapping[str, Any] | None


@action
def merge_persons(kept: Person, folded: Person, *, by: Member | None, **grounds: Unpack[Grounds]) -> Merge:
    """Make `folded` stand behind `kept`; `undo_merge` brings everything back to where it was.

    With `by` None a machine decides: it must have `why` "verified", and two sides with different proved identities of one
    kind are refused. Somebody of the team may join those too, with a reason. Raises SamePerson, PersonAlreadyMerged,
    PersonErased, MayNotMerge, IdentifiersDiffer or SurvivorUnknown.
    """
    if by is not None and not may(by, RIGHT):
        raise MayNotMerge
    stays, moves = _both_sides(kept, folded)
    reason = grounds.get("reason", "").strip()[:REASON_CHARS_MAX]
    _check_identifiers(stays, moves, by, reason)
    evidence = dict(grounds.get("evidence") or {})
    survivors = _checked_survivors(grounds.get("survivors") or {}, {one.pk for one in (*stays, *moves)})
    if was := _settled_suggestion(kept, folded, by):
        evidence["suggestion"] = was
    merge = Merge.objects.create(
        kept=kept, folded=folded, why=grounds.get("why", "staff" if by else "verified"), reason=reason, score=grounds.get("score"),
        evidence=evidence, survivors=survivors, by=by, merged_at=timezone.now(),
    )  # fmt: skip
    _link(merge, moves, by)
    record(
        "persons.persons_merged", by=by, subject=merge, target=kept, audience="staff",
        data={"kept": str(kept.pk), "folded": str(folded.pk), "why": merge.why, "identities": [one.pk for one in moves]},
    )  # fmt: skip
    plugins.hook.person_changed(person_ids=[kept.pk, folded.pk])
    return merge


def _both_sides(kept: Person, folded: Person) -> tuple[list[Identity], list[Identity]]:
    """Return the identities of both sides, locked; raises where they cannot be made one."""
    if kept.pk == folded.pk:
        raise SamePerson
    pair = [kept.pk, folded.pk]
    list(Person.objects.select_for_update().filter(pk__in=pair).order_by("pk").values_list("pk", flat=True))
    rows = list(Identity.objects.select_for_update().filter(person_id__in=pair).order_by("pk"))
    stays = [one for one in rows if one.person_id == kept.pk]
    moves = [one for one in rows if one.person_id == folded.pk]
    if not stays or not moves:
        raise PersonAlreadyMerged
    if any(is_erased(one) for one in rows):
        raise PersonErased
    return stays, moves


def _check_identifiers(stays: list[Identity], moves: list[Identity], by: Member | None, reason: str) -> None:
    """Raise where both sides proved different identities of one kind, unless somebody who may says why."""
    found = differing(stays, moves, claims_too=by is None)
    if found is not None and (by is None or not reason):
        raise IdentifiersDiffer(left=masked(found[0]), right=masked(found[1]))


def _checked_survivors(survivors: Mapping[str, int], identities: set[int]) -> dict[str, int]:
    """Return the choices of fields; raises SurvivorUnknown for one that is taken from somebody else."""
    if not set(survivors.values()) <= identities:
        raise SurvivorUnknown
    return {str(name)[:80]: int(pk) for name, pk in sorted(survivors.items())[:100]}


def _settled_suggestion(kept: Person, folded: Person, by: Member | None) -> dict[str, Any] | None:
    """Settle the suggestion of this pair, if there is one; return what it was, for an undo."""
    left, right = sorted((kept.pk, folded.pk))
    found = Suggestion.objects.filter(left_id=left, right_id=right).first()
    if found is None:
        return None
    was = {
        "id": found.pk, "state": found.state, "reason": found.reason, "by": found.decided_by_id,
        "at": found.decided_at.isoformat() if found.decided_at else None,
    }  # fmt: skip
    Suggestion.objects.filter(pk=found.pk).update(state="merged", decided_by=by, decided_at=timezone.now())
    return was


def _link(merge: Merge, moves: list[Identity], by: Member | None) -> None:
    """Append one link for each identity that moves, and set the pointers that follow from them."""
    maker = by.identity_id if by else None
    said = {"merge": merge.pk, "why": merge.why}
    news = [
        IdentityLink(
            identity=one, person=merge.kept, why=MERGED, by_identity_id=maker, evidence=said, score=merge.score
        )
        for one in moves
    ]
    IdentityLink.objects.bulk_create(news)
    MergeLink.objects.bulk_create([MergeLink(merge=merge, link=link) for link in news])
    Identity.objects.filter(pk__in=[one.pk for one in moves]).update(person=merge.kept)
