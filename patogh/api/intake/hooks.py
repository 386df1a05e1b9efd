"""What the intake plugs in: the verbs of its sources, and its place in the team's menu."""

from __future__ import annotations

import sys

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import every, verb
from patogh.api.intake import limits
from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.people.models import Member
from patogh.people.queries import may

for _name, _type, _fa, _en in (
    ("source_added", "Add", "سرچشمهٔ رویدادی افزود", "added a source of events"),
    ("source_edited", "Update", "سرچشمهٔ رویدادی را تغییر داد", "changed a source of events"),
    ("source_closed", "Remove", "سرچشمهٔ رویدادی را بست", "closed a source of events"),
    ("key_made", "Create", "برای سرچشمه‌ای کلید نوشتن ساخت", "made a write key for a source"),
    ("key_revoked", "Delete", "کلید نوشتن سرچشمه‌ای را پس گرفت", "revoked a write key of a source"),
):
    verb(f"api.intake_{_name}", type=_type, fa=_fa, en=_en, visible="staff")

every("api.tidy_intake", limits.TIDY_S)


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Put the sources of events into the menu of those who connect programs."""
    if not may(member, "channels.setup"):
        return []
    return [NavItem(_("Events from outside"), reverse("intake_sources"), icon="download", order=75)]


plug(sys.modules[__name__])
