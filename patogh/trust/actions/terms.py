"""Changing what this installation asks and allows."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.people.models import Member
from patogh.trust.errors import UnknownTerm
from patogh.trust.models import TrustTerms
from patogh.trust.queries.terms import forget_terms
from patogh.trust.terms import TERMS


@action
def change_terms(values: Mapping[str, int | str], *, by: Member) -> TrustTerms:
    """Choose some terms; a value that is the default is no longer chosen. Raises UnknownTerm (with the bounds)."""
    checked = {name: _checked(name, value) for name, value in values.items()}
    row, _ = TrustTerms.objects.select_for_update().get_or_create(pk=1)
    kept = {name: value for name, value in {**row.chosen, **checked}.items() if value != TERMS[name].default}
    changed = sorted(name for name in TERMS if kept.get(name) != row.chosen.get(name))
    if not changed:
        return unchanged(row)
    before = {name: row.chosen.get(name, TERMS[name].default) for name in changed}
    row.chosen, row.version, row.changed_by, row.changed_at = kept, row.version + 1, by, timezone.now()
    row.save()
    after = {name: kept.get(name, TERMS[name].default) for name in changed}
    record("trust.terms_changed", by=by, subject=row, data={"before": before, "after": after})
    transaction.on_commit(forget_terms)
    return row


def _checked(name: str, value: int | str) -> int | str:
    """Return a value within its term's bounds."""
    term = TERMS.get(name)
    if term is None:
        raise UnknownTerm(least="–", most="–")
    if term.choices:
        if value not in term.choices:
            raise UnknownTerm(least=term.choices[0], most=term.choices[-1], field=name)
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not term.least <= value <= term.most:
        raise UnknownTerm(least=term.least, most=term.most, field=name)
    return value
