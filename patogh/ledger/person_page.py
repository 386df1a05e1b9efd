"""What the open book says on the page of a person: their points."""

from __future__ import annotations

import sys
from typing import Any

from django.utils.translation import gettext as _

from patogh.kit.hooks import hookimpl, plug
from patogh.kit.numbers import number
from patogh.ledger.codes import POINTS
from patogh.ledger.models import Account
from patogh.people.models import Identity, Member
from patogh.persons.hookspecs import Card, Fact, Group


@hookimpl
def road_groups() -> list[Group]:
    """Give payouts and what else somebody does in the book a lane of its own."""
    return [Group("book", "دفتر باز", "Open book", "book-open", ("ledger.*",), "laj")]


@hookimpl
def person_cards(person: Any, identities: list[Identity], viewer: Member) -> list[Card]:  # noqa: ARG001 - the hook's words
    """Show the points of their accounts together; one query."""
    members = [one.member.pk for one in identities if one.kind == "member" and hasattr(one, "member")]
    codes = [f"member:{pk}:{POINTS}" for pk in members]
    found = list(Account.objects.filter(code__in=codes).values_list("balance", "held")) if codes else []
    if not found:
        return []
    facts = [Fact(_("Balance"), number(sum(balance for balance, _held in found), viewer.viewer))]
    if held := sum(held for _balance, held in found):
        facts.append(Fact(_("Held for something open"), number(held, viewer.viewer)))
    return [Card("points", _("Points"), "end", facts, rank=20)]


plug(sys.modules[__name__])
