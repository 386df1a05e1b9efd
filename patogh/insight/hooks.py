"""What insight plugs in: its line in the account menu."""

from __future__ import annotations

import sys

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.people.models import Member
from patogh.people.queries import may


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Offer the measures to those who may see them."""
    if not may(member, "see_insight"):
        return []
    return [NavItem(_("How review goes"), reverse("insight_moderation"), icon="chart-no-axes-column", order=66)]


plug(sys.modules[__name__])
