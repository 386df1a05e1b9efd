"""Erasing somebody who has no account: every identity that stands behind the person, and what hangs on them.

The number of such an erasure is the lowest of those identities with a minus before it, so that it never is a member's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Final

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit.hooks import plugins
from patogh.people import kinds
from patogh.people.actions.erasing import (
    _erase_hanging,
    _erase_identities,
    _erase_road,
    _forget_jobs,
    keep_out,
)
from patogh.people.errors import MayNotErase, PersonChanged, PersonHasAccount
from patogh.people.identifying import is_erased
from patogh.people.leaving import sources
from patogh.people.models import Erasure, Identity, Member, Person
from patogh.people.queries import may

RIGHT: Final = "persons.erase"
WHYS: Final = ("asked", "law", "mistake")
_NAMED: Final = (
    "email",
    "phone",
    "order-email",
    "order-phone",
)  # long enough to be looked for in what waits to be done


@action
def erase_person(person: Person, seen: Iterable[int], *, by: Member, why: str = "asked") -> Erasure:
    """Erase a person without an account, for good: `seen` are the identities that were shown before it was confirmed.

    Raises MayNotErase, PersonHasAccount, or PersonChanged where others stand there now.
    """
    if not may(by, RIGHT):
        raise MayNotErase
    Person.objects.select_for_update().filter(pk=person.pk).values_list("pk").first()
    rows = list(Identity.objects.select_for_update().filter(person=person).order_by("pk"))
    rows = [row for row in rows if not is_erased(row)]
    if Member.objects.filter(identity__in=rows).exists():
        raise PersonHasAccount
    if not rows or {row.pk for row in rows} != set(seen):
        raise PersonChanged
    erasure = _erased(rows, f"former_{uuid.uuid4().hex[:10]}")
    said = why if why in WHYS else WHYS[0]
    record("people.person_erased", by=by, subject=person, data={"why": said, "identities": len(rows)})
    return erasure


@action
def erase_again(number: int, identities: Sequence[int], pseudonym: str) -> Erasure | None:
    """Erase a person anew whom an older backup brought back; only identities whose values the log knows as erased."""
    rows = [row for row in Identity.objects.filter(pk__in=identities).order_by("pk") if not is_erased(row)]
    back = [row for row in rows if _is_known(row) and not Member.objects.filter(identity=row).exists()]
    if not back:
        return unchanged(None)
    person = back[0].person or Person.objects.create()
    erasure = _erased(back, pseudonym, number)
    record("people.person_erased", by=None, subject=person, data={"why": "backup", "identities": len(back)})
    return erasure


def _erased(rows: list[Identity], pseudonym: str, number: int = 0) -> Erasure:
    """Erase these identities: what rooms keep of them, what hangs on them, then their values."""
    from patogh.people.consent import erasing as consents

    identities = [row.pk for row in rows]
    number = number or -identities[0]
    keep_out(number, [digest for row in rows for digest in _digests(row)])
    consents.leave(identities, number)
    _forget_jobs([row.value for row in rows if row.kind in _NAMED])
    plugins.hook.identities_erased(identities=identities)
    _erase_hanging(identities)
    _erase_identities(identities, pseudonym)
    _erase_road(identities, [])
    log, _ = Erasure.objects.get_or_create(
        member_number=number, defaults={"pseudonym": pseudonym, "with_text": True, "erased_at": timezone.now()}
    )
    return log


def _digests(row: Identity) -> list[str]:
    """Return under which names no message and no file brings this one again."""
    if row.kind == "import" and ":" in row.value:
        return [sources.digest(*row.value.rsplit(":", 1))]
    names = kinds.alike(row.kind) if row.kind in kinds.kinds() else (row.kind,)
    return [sources.digest(name, row.value) for name in names]


def _is_known(row: Identity) -> bool:
    source, _, key = row.value.rpartition(":") if row.kind == "import" else (row.kind, "", row.value)
    return bool(sources.erased(source, [key]))
