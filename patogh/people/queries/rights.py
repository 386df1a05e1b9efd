"""Who may do what: one table, read with the roles that a member's row carries."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from patogh.people.models import Member, RoleGrant

ROLE_NAMES: Final = {
    "owner": _("owner"),
    "admin": _("admin"),
    "moderator": _("moderator"),
    "community_manager": _("community manager"),
    "agent": _("agent"),
    "analyst": _("analyst"),
    "finance": _("finance"),
    "ambassador": _("ambassador"),
}
_RULERS: Final = frozenset({"owner", "admin"})
# What each right needs: any one of these roles. A right that is not listed is nobody's.
RIGHTS: Final = {
    "manage_brand": _RULERS,
    "manage_roles": _RULERS,
    "manage_spaces": _RULERS | {"community_manager"},
    "moderate": _RULERS | {"moderator", "community_manager"},
    "post_notice": _RULERS | {"moderator", "community_manager", "agent"},
    "link_identities": _RULERS | {"community_manager", "agent"},
    "see_staff_road": _RULERS | {"moderator", "community_manager", "agent", "analyst", "finance"},
    "import": _RULERS,
    "manage_webhooks": _RULERS,
    "see_insight": _RULERS | {"moderator", "community_manager", "analyst"},
    "ideas.triage": _RULERS | {"moderator", "community_manager"},
    "ideas.review": _RULERS | {"moderator", "community_manager", "analyst"},
    "ideas.decide": _RULERS,
    "ideas.rules": _RULERS,
    "shop.edit": _RULERS | {"finance"},
    "persons.see": _RULERS | {"community_manager", "agent"},
    "persons.merge": _RULERS | {"community_manager", "agent"},
    "persons.reveal": _RULERS | {"agent"},
    "persons.export": _RULERS,
    "persons.erase": _RULERS,
    "persons.note": _RULERS | {"community_manager", "agent"},
    "segments.edit": _RULERS | {"community_manager"},
    "segments.see": _RULERS | {"community_manager", "agent", "analyst"},
    "channels.setup": _RULERS,
    "channels.write": _RULERS | {"community_manager", "agent"},
    "consent.edit": _RULERS,
    "money.pay": frozenset({"owner", "finance"}),
}


def roles_of(member: Member | None) -> frozenset[str]:
    """Return the roles somebody holds, without a query: the member's row carries the list that grants compute."""
    return frozenset(member.roles.split()) if member is not None and member.is_active else frozenset()


def is_team(member: Member | None) -> bool:
    """Return whether somebody speaks for the team."""
    return bool(roles_of(member) - {"ambassador"})


def may(member: Member | None, right: str) -> bool:
    """Return whether somebody has a right of the table; raises KeyError for one that is not in it."""
    return bool(RIGHTS[right] & roles_of(member))


def team() -> QuerySet[RoleGrant]:
    """Return the roles that are held now, with who holds and who gave them, oldest first."""
    return RoleGrant.objects.filter(revoked_at=None).select_related("member", "granted_by").order_by("granted_at", "pk")


def those_who_may(right: str) -> list[Member]:
    """Return those of the team who have a right, each once; raises KeyError for one that is not in the table."""
    return list({grant.member_id: grant.member for grant in team() if may(grant.member, right)}.values())
