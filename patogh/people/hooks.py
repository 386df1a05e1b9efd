"""What this room plugs in: its verbs and notices, the bell, the account menu, the brand, the choices of the footer."""

from __future__ import annotations

import sys
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, email_removed
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from patogh.activity import verb
from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import Bell, NavItem
from patogh.looks.hooks import Brand as ShownBrand
from patogh.looks.jinja import place
from patogh.people import actions, adapters, queries
from patogh.people.actions.findable import keep_findable
from patogh.people.consent import plugs as consent_plugs  # noqa: F401 - its verbs and its part of an erasure
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kind

verb("people.member_joined", type="Join", fa="به جمع پیوست", en="joined", visible="public")
verb(
    "people.member_staged",
    type="Add",
    fa="از جای دیگری آورده شد",
    en="was brought along from elsewhere",
    visible="staff",
)
verb(
    "people.account_claimed",
    type="Accept",
    fa="حساب قدیمی‌اش را پس گرفت",
    en="claimed an older account",
    visible="staff",
)
verb("people.profile_edited", type="Update", fa="معرفی‌اش را تازه کرد", en="updated the profile", visible="staff")
verb("people.avatar_changed", type="Update", fa="عکس تازه گذاشت", en="changed the photo", visible="staff")
verb("people.avatar_removed", type="Remove", fa="عکسش را برداشت", en="removed the photo", visible="staff")
verb("people.settings_changed", type="Update", fa="تنظیم‌هایش را عوض کرد", en="changed the settings", visible="staff")
verb("people.password_changed", type="Update", fa="رمزش را عوض کرد", en="changed the password", visible="staff")
verb(
    "people.address_verified",
    type="Accept",
    fa="نشانی یا شماره‌ای را تأیید کرد",
    en="confirmed an address or number",
    visible="staff",
)
verb(
    "people.address_removed",
    type="Remove",
    fa="نشانی یا شماره‌ای را برداشت",
    en="removed an address or number",
    visible="staff",
)
verb("people.member_followed", type="Follow", fa="کسی را دنبال کرد", en="followed someone", visible="members")
verb(
    "people.member_unfollowed",
    type="Undo",
    fa="دیگر کسی را دنبال نمی‌کند",
    en="stopped following someone",
    visible="staff",
)
verb("people.member_muted", type="Block", fa="کسی را بی‌صدا کرد", en="muted someone", visible="staff")
verb("people.member_unmuted", type="Undo", fa="صدای کسی را باز کرد", en="unmuted someone", visible="staff")
verb("people.role_granted", type="Add", fa="نقشی سپرد", en="gave a role", visible="staff")
verb("people.role_revoked", type="Remove", fa="نقشی را پس گرفت", en="took a role back", visible="staff")
verb("people.identity_linked", type="Add", fa="دو نشانه را از یک نفر دانست", en="linked an identity", visible="staff")
verb(
    "people.identity_unlinked",
    type="Undo",
    fa="پیوند دو نشانه را برگرداند",
    en="undid an identity link",
    visible="staff",
)
verb("people.brand_set_up", type="Create", fa="پاتوق را راه انداخت", en="opened the hangout", visible="public")
verb("people.brand_edited", type="Update", fa="چهرهٔ پاتوق را تازه کرد", en="changed the brand", visible="staff")
verb(
    "people.copy_asked",
    type="Create",
    fa="رونوشتِ داده‌هایش را خواست",
    en="asked for a copy of their data",
    visible="staff",
)
verb("people.copy_taken", type="Read", fa="رونوشتِ داده‌هایش را گرفت", en="took a copy of their data", visible="staff")
verb("people.account_closed", type="Leave", fa="حسابش را بست", en="closed the account", visible="staff")
verb("people.account_reopened", type="Undo", fa="به حسابش برگشت", en="came back to the account", visible="staff")
verb("people.member_erased", type="Delete", fa="برای همیشه رفت", en="was erased", visible="staff")
verb(
    "people.person_erased",
    type="Delete",
    fa="آدمی را برای همیشه پاک کرد",
    en="erased somebody for good",
    visible="staff",
)

notice_kind(
    "people.copy_ready", icon="package",
    fa=("رونوشتِ داده‌هایتان آماده است؛ تا ۲۴ ساعت می‌توانید بگیریدش", "رونوشتِ داده‌هایتان آماده است"),
    en=("The copy of your data is ready; take it within 24 hours", "The copy of your data is ready"),
    label=("رونوشتِ داده‌ها آماده شد", "The copy of your data is ready"),
)  # fmt: skip
notice_kind(
    "people.account_claimable", icon="git-merge",
    fa=("نوشته‌های «{title}» از جای دیگری با نشانیِ شما آمده است؛ اگر خودتان هستید بگویید", "نوشته‌هایی از جای دیگر با نشانیِ شما آمده است"),
    en=("“{title}” came from another place with your address; say if that is you", "Accounts came from another place with your address"),
    label=("حسابی که شاید مالِ شما باشد", "An account that may be yours"), outside={"mail": "soon", "push": "never"},
)  # fmt: skip
notice_kind(
    "people.member_followed", icon="user-plus",
    fa=("شما را دنبال می‌کند", "و {others} نفر دیگر شما را دنبال می‌کنند"),
    en=("follows you", "and {others} more follow you"),
    label=("کسی دنبالتان کند", "Somebody follows you"), outside={"mail": "weekly", "push": "never"},
)  # fmt: skip


@hookimpl
def brand() -> ShownBrand:
    """Give pages the brand in the language they speak."""
    row = queries.brand()
    is_fa = get_language() == "fa"
    mark = f"/media/{row.logo}" if row.logo else None
    return ShownBrand(
        name=row.name if is_fa else row.name_en, name_en=row.name_en, tagline=row.tagline if is_fa else row.tagline_en,
        colour=row.colour or None, mark=mark,
    )  # fmt: skip


@hookimpl
def bell(member: Member) -> Bell:
    """Give the bar its bell."""
    return Bell(url=place("notices"), unread=member.unread_notices_count)


@hookimpl
def nav_items(member: Member | None) -> list[NavItem]:
    """Put the people in the bar, and oneself (or the way in) in the thumb's reach."""
    mine = (
        NavItem(_("Me"), place("me"), icon="user", order=90, prefix=member.url, bar=False, tab=True) if member else None
    )
    door = NavItem(_("Sign in"), place("account_login"), icon="log-in", order=90, bar=False, tab=True)
    return [NavItem(_("People"), place("members"), icon="users", order=60), mine or door]


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Fill the account menu."""
    items = [
        NavItem(_("Your profile"), member.url, icon="user", order=10),
        NavItem(_("Settings"), place("settings"), icon="settings", order=80),
    ]
    if queries.may(member, "manage_roles"):
        items.append(NavItem(_("Team and roles"), place("team_roles"), icon="users", order=70))
    if queries.may(member, "consent.edit"):
        items.append(NavItem(_("Consent"), place("team_consent"), icon="handshake", order=72))
    if queries.may(member, "manage_brand"):
        items.append(NavItem(_("Brand"), place("team_brand"), icon="palette", order=71))
    return items


@hookimpl
def remember_choice(request: HttpRequest, name: str, value: str) -> None:
    """Keep the footer's choice with the member."""
    member = getattr(request, "member", None)
    if member is not None and getattr(member, name, value) != value:
        actions.change_settings(member, by=member, **{name: value})


@hookimpl
def member_changed(member: Member) -> None:
    """Keep the member findable as she is now."""
    keep_findable([member])


@hookimpl
def search_audiences(member: Member) -> list[str]:
    """Let the team find what is the team's."""
    return ["staff"] if queries.may(member, "see_staff_road") else []


@hookimpl
def belongings(member: Member) -> list[tuple[str, str]]:
    """Give members their photo."""
    return [(member.avatar, member.avatar)] if member.avatar else []


@hookimpl
def subjects_named(kind: str, keys: list[str], viewer: Member | None) -> dict[str, tuple[str, str]]:  # noqa: ARG001 - names are public
    """Name the members that the road speaks of."""
    if kind != "people.member":
        return {}
    found = Member.objects.filter(pk__in=keys, is_active=True).only("pk", "name", "handle")
    return {str(member.pk): (member.name, member.url) for member in found}


def follow_confirmed(request: HttpRequest, email_address: EmailAddress, **_facts: Any) -> None:
    """Link the identity of an address that django-allauth saw confirmed (its documented way to tell)."""
    adapters.drop_squatted_password(request, email_address.user)
    actions.confirm_email(email_address.user, email_address.email)


def follow_removed(user: Member, email_address: EmailAddress, **_facts: Any) -> None:
    """Let go of the identity of an address that was taken off an account."""
    actions.forget_email(user, email_address.email)


email_confirmed.connect(follow_confirmed, dispatch_uid="patogh.people.confirmed")
email_removed.connect(follow_removed, dispatch_uid="patogh.people.removed")
plug(sys.modules[__name__])
