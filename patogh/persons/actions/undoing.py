"""Taking a merge back, and taking one identity out of a person: more link rows, and the pointers follow from them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import Max
from django.utils import timezone

from patogh.activity import action, record
from patogh.kit.calendar import day_words
from patogh.kit.hooks import plugins
from patogh.people.identifying import is_erased
from patogh.people.models import Identity, IdentityLink, Member, Person
from patogh.people.queries import may
from patogh.people.queries.identities import MERGED
from patogh.persons.actions.merging import REASON_CHARS_MAX, RIGHT
from patogh.persons.errors import (
    LaterMergeFirst,
    MayNotMerge,
    MergeUndone,
    OnlyIdentity,
    PersonErased,
    ReasonNeeded,
)
from patogh.persons.models import Merge, MergeLink, Suggestion
from patogh.persons.queries.persons import standing_persons

UNDONE, FOLLOWED, SPLIT = "undone", "followed", "split"


@action
def undo_merge(merge: Merge, *, by: Member, reason: str = "") -> Merge:
    """Take a merge back: each identity stands again where it stood before, by one more row each.

    Identities that came after the merge stay with the person that their own evidence names: what a member of the folded side
    proved meanwhile goes along. Raises MergeUndone, LaterMergeFirst (a later merge rests on this one), PersonErased, MayNotMerge.
    """
    if not may(by, RIGHT):
        raise MayNotMerge
    row = Merge.objects.select_for_update(of=("self",)).select_related("kept", "folded").get(pk=merge.pk)
    if row.undone_at is not None:
        raise MergeUndone
    pair = [row.kept_id, row.folded_id]
    list(Person.objects.select_for_update().filter(pk__in=pair).order_by("pk").values_list("pk", flat=True))
    list(Identity.objects.select_for_update().filter(person_id__in=pair).order_by("pk").values_list("pk", flat=True))
    links = dict(row.links.values_list("link_id", "link__identity_id"))
    _check_top(row, set(links.values()), by)
    if any(is_erased(one) for one in Identity.objects.filter(pk__in=links.values())):
        raise PersonErased
    persons = _unlink(row, links, by)
    persons |= _follow(row, links)
    _reopen_suggestion(row.evidence.get("suggestion"))
    row.undone_at, row.undone_by, row.undo_reason = timezone.now(), by, reason.strip()[:REASON_CHARS_MAX]
    row.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    record(
        "persons.merge_undone", by=by, subject=row, target=row.kept, audience="staff",
        data={"kept": str(row.kept_id), "folded": str(row.folded_id), "identities": sorted(links.values())},
    )  # fmt: skip
    plugins.hook.person_changed(person_ids=sorted({*pair, *persons}))
    return row


@action
def split_identity(identity: Identity, *, by: Member, reason: str) -> Person:
    """Take one identity out of its person; it becomes a person of its own. Raises OnlyIdentity, ReasonNeeded, MayNotMerge."""
    if not may(by, RIGHT):
        raise MayNotMerge
    if not reason.strip():
        raise ReasonNeeded
    identity = Identity.objects.select_for_update().get(pk=identity.pk)
    whole = identity.person_id
    if is_erased(identity):
        raise PersonErased
    if whole is None or not Identity.objects.filter(person_id=whole).exclude(pk=identity.pk).exists():
        raise OnlyIdentity
    alone = Person.objects.create()
    said = {"reason": reason.strip()[:REASON_CHARS_MAX]}
    IdentityLink.objects.create(
        identity=identity, person=alone, why=SPLIT, by_identity_id=by.identity_id, evidence=said
    )
    Identity.objects.filter(pk=identity.pk).update(person=alone)
    record("persons.identity_split", by=by, subject=identity, target=alone, audience="staff", data={"from": str(whole)})
    plugins.hook.person_changed(person_ids=[whole, alone.pk])
    return alone


def _check_top(merge: Merge, moved: set[int], by: Member) -> None:
    """Raise where a later merge, still standing, moved the same identities or was made on their evidence."""
    later = Merge.objects.filter(pk__gt=merge.pk, undone_at=None).order_by("-pk")
    above = later.filter(links__link__identity_id__in=moved).select_related("folded", "kept").first()
    if above is None:
        kept = later.filter(kept_id=merge.kept_id).values_list("pk", "evidence")
        rests = next((pk for pk, evidence in kept if {evidence.get("left"), evidence.get("right")} & moved), None)
        above = Merge.objects.get(pk=rests) if rests else None
    if above is not None:
        raise LaterMergeFirst(which=f"#{above.pk}", day=day_words(above.merged_at, by.viewer))


def _unlink(merge: Merge, links: dict[int, int], by: Member) -> set[Any]:
    """Append the undoing rows and set the pointers; return whose identities they are now."""
    stand = standing_persons(set(links.values()), besides=set(links))
    IdentityLink.objects.bulk_create(
        [
            IdentityLink(
                identity_id=identity, person_id=stand.get(identity), why=UNDONE, by_identity_id=by.identity_id, undoes_id=link,
                evidence={"merge": merge.pk},
            )
            for link, identity in links.items()
        ]
    )  # fmt: skip
    return _point({identity: stand.get(identity) for identity in links.values()})


def _follow(merge: Merge, links: dict[int, int]) -> set[Any]:
    """Let what members of the folded side proved after the merge go along with them; return the persons."""
    last = MergeLink.objects.filter(merge=merge).aggregate(last=Max("link_id"))["last"] or 0
    rows = IdentityLink.objects.filter(
        pk__gt=last,
        person_id=merge.kept_id,
        identity__person_id=merge.kept_id,
        undoes=None,
        by_identity_id__in=links.values(),
    )
    rows = rows.exclude(why=MERGED).exclude(identity_id__in=links.values()).order_by("pk")
    came = dict(rows.values_list("identity_id", "by_identity_id"))
    if not came:
        return set()
    homes = dict(Identity.objects.filter(pk__in=set(came.values())).values_list("pk", "person_id"))
    gone = {identity: homes[maker] for identity, maker in came.items() if homes.get(maker) not in {None, merge.kept_id}}
    said = {"merge": merge.pk}
    IdentityLink.objects.bulk_create(
        [
            IdentityLink(identity_id=pk, person_id=person, why=FOLLOWED, by_identity_id=came[pk], evidence=said)
            for pk, person in gone.items()
        ]
    )
    return _point(gone)


def _point(where: dict[int, Any]) -> set[Any]:
    """Set the pointers of identities, one statement a person."""
    sides: defaultdict[Any, list[int]] = defaultdict(list)
    for identity, person in where.items():
        sides[person].append(identity)
    for person, some in sides.items():
        Identity.objects.filter(pk__in=some).update(person_id=person)
    return {person for person in sides if person is not None}


def _reopen_suggestion(was: dict[str, Any] | None) -> None:
    """Put the suggestion of the pair back as it was."""
    if was:
        at = dt.datetime.fromisoformat(was["at"]) if was["at"] else None
        Suggestion.objects.filter(pk=was["id"]).update(
            state=was["state"], reason=was["reason"], decided_by_id=was["by"], decided_at=at
        )
