"""Giving and taking back roles: rows with who and when, and the computed list on the member."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit.hooks import plugins
from patogh.people import queries
from patogh.people.errors import LastOwner, RoleRefused, RoleUnknown
from patogh.people.models import Member, RoleGrant

OWNERS_ONLY = frozenset({"owner", "admin"})


@action
def grant_role(member: Member, role: str, *, by: Member | None, title: str = "") -> RoleGrant:
    """Give a role; `by` None is the first run and the command line. Raises RoleUnknown or RoleRefused."""
    _check(role, by)
    _lock(member)
    grant, created = RoleGrant.objects.get_or_create(
        member=member, role=role, revoked_at=None, defaults={"granted_by": by}
    )
    if title:
        member.team_title = title[:60]
        member.save(update_fields=["team_title"])
    if not created:
        return unchanged(grant)
    _recompute(member)
    record("people.role_granted", by=by or member, subject=member, data={"role": role})
    return grant


@action
def revoke_role(member: Member, role: str, *, by: Member) -> RoleGrant | None:
    """Take a role back; raises RoleUnknown, RoleRefused or LastOwner."""
    _check(role, by)
    _lock(member)
    owners = list(RoleGrant.objects.select_for_update().filter(role="owner", revoked_at=None).order_by("pk"))
    if role == "owner" and [grant.member_id for grant in owners] == [member.pk]:
        raise LastOwner
    grant = RoleGrant.objects.filter(member=member, role=role, revoked_at=None).first()
    if grant is None:
        return unchanged(None)
    grant.revoked_by, grant.revoked_at = by, timezone.now()
    grant.save(update_fields=["revoked_by", "revoked_at"])
    _recompute(member)
    record("people.role_revoked", by=by, subject=member, data={"role": role})
    return grant


def _check(role: str, by: Member | None) -> None:
    """Raise unless `by` may change this role."""
    if role not in dict(RoleGrant.ROLES):
        raise RoleUnknown
    if by is None:
        return
    giver = Member.objects.get(pk=by.pk)
    if not queries.may(giver, "manage_roles") or (role in OWNERS_ONLY and "owner" not in queries.roles_of(giver)):
        raise RoleRefused


def _lock(member: Member) -> None:
    """Take turns with everybody who changes this member's roles."""
    list(Member.objects.select_for_update().filter(pk=member.pk).values_list("pk"))


def _recompute(member: Member) -> None:
    """Write the computed list of held roles on the member and step its version."""
    held = RoleGrant.objects.filter(member=member, revoked_at=None).order_by("role").values_list("role", flat=True)
    member.roles = " ".join(held)
    Member.objects.filter(pk=member.pk).update(roles=member.roles, version=F("version") + 1)
    member.version += 1
    plugins.hook.member_changed(member=member)
