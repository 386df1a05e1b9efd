"""Where this room is found: the queue in the bar of moderators, one's own history in the account menu, two tabs of a profile."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.looks.jinja import place
from patogh.looks.pages import page_text
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.trust import labels
from patogh.trust.queries import open_tallies
from patogh.trust.views.members import moderation_facts, standing_facts


@hookimpl
def nav_items(member: Member | None) -> list[NavItem]:
    """Give moderators the queue, with how much waits: stored counters, six rows at most."""
    if not may(member, "moderate"):
        return []
    return [NavItem(_("Review"), place("review"), icon="inbox", order=80, waiting=open_tallies())]


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Lead everybody to what happened to their posts, and admins to the terms."""
    items = [NavItem(_("What happened to my posts"), place("my_moderation"), icon="shield", order=40)]
    if may(member, "moderate"):
        items.append(NavItem(_("Review"), place("review"), icon="inbox", order=60, waiting=open_tallies()))
    if may(member, "manage_roles"):
        items.append(NavItem(_("Trust and limits"), place("team_trust"), icon="gauge", order=72))
    return items


@hookimpl
def profile_tabs(member: Member, viewer: Any) -> list[tuple[str, str, int]]:
    """Give one's own profile the level with what is still missing, and moderators what they know of a member."""
    tabs = []
    if viewer is not None and viewer.pk == member.pk:
        tabs.append(("trust", gettext("Trust"), 0))
    if may(viewer, "moderate"):
        tabs.append(("moderation", gettext("Moderation"), 0))
    return tabs


@hookimpl
def profile_section(request: HttpRequest, member: Member, tab: str) -> Any:
    """Return one of these two tabs, to whom it is meant for."""
    viewer = getattr(request, "member", None)
    if tab == "trust" and viewer is not None and viewer.pk == member.pk:
        facts, name = standing_facts(member), "trust/_standing.html"
    elif tab == "moderation" and may(viewer, "moderate"):
        facts, name = moderation_facts(member), "trust/_moderation.html"
    else:
        return None
    return Markup(page_text(request, name, {**facts, "labels": labels, "person": member}))  # noqa: S704 - our template escaped it


plug(sys.modules[__name__])
