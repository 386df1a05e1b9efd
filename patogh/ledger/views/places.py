"""Where this room is found: the open book in the bar, one's receipts in the account menu, its keeping for admins."""

from __future__ import annotations

import sys

from django.utils.translation import gettext_lazy as _

from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.looks.jinja import place
from patogh.people.models import Member
from patogh.people.queries import may


@hookimpl
def nav_items(member: Member | None) -> list[NavItem]:  # noqa: ARG001 - the same place for everybody
    """Show the open book to everybody."""
    return [NavItem(_("Open book"), place("book"), icon="book-open", order=70)]


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Lead everybody to their receipts, admins to the keeping of the book and who pays to payouts."""
    items = [NavItem(_("My receipts"), place("my_book"), icon="badge-check", order=45)]
    if may(member, "manage_roles"):
        items.append(NavItem(_("Keeping the open book"), place("team_book"), icon="book-open", order=73))
    if may(member, "money.pay"):
        items.append(NavItem(_("Payouts"), place("team_payouts"), icon="landmark", order=77))
    return items


plug(sys.modules[__name__])
