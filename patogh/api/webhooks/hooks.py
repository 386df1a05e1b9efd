"""What webhooks plug in: their verbs and notice, the ear at the road, their place in the menu, and what erasure takes."""

from __future__ import annotations

import sys

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import enqueue, live, verb, watch
from patogh.activity.models import Activity
from patogh.api.webhooks import actions, wanted
from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.people.models import Identity, Member
from patogh.people.notice_kinds import notice_kind
from patogh.people.queries import may

for _name, _type, _fa, _en in (
    ("added", "Add", "وب‌هوکی افزود", "added a webhook"),
    ("edited", "Update", "وب‌هوکی را تغییر داد", "changed a webhook"),
    ("removed", "Remove", "وب‌هوکی را برداشت", "removed a webhook"),
    ("secret_rotated", "Update", "رمز وب‌هوکی را عوض کرد", "gave a webhook a new secret"),
    ("paused", "Update", "وب‌هوکی را خاموش کرد", "paused a webhook"),
    ("resumed", "Undo", "وب‌هوکی را دوباره روشن کرد", "turned a webhook on again"),
    ("tested", "Create", "وب‌هوکی را آزمود", "tested a webhook"),
    ("replayed", "Create", "پیام‌های وب‌هوکی را دوباره فرستاد", "sent a webhook’s messages again"),
):
    verb(f"api.webhook_{_name}", type=_type, fa=_fa, en=_en, visible="staff")

notice_kind(
    "api.webhook_paused", icon="triangle-alert",
    fa=("وب‌هوک «{title}» خاموش شد، چون پیام‌ها به مقصد نمی‌رسید", "وب‌هوک «{title}» خاموش شد، چون پیام‌ها به مقصد نمی‌رسید"),
    en=("the webhook “{title}” was paused because nothing arrives there", "the webhook “{title}” was paused because nothing arrives there"),
    label=("خاموش‌شدن وب‌هوک", "A webhook is paused"),
)  # fmt: skip


@watch("*")
def hear(activity: Activity) -> None:
    """Queue what somebody outside wants to hear of; without endpoints this looks into memory and does nothing."""
    if wanted.is_wanted(activity.verb):
        enqueue("api.fan_out_webhooks", activity=str(activity.pk))
        transaction.on_commit(live.wake_worker)


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Put the webhooks into the menu of those who look after them."""
    if not may(member, "manage_webhooks"):
        return []
    return [NavItem(_("Webhooks"), reverse("webhooks"), icon="share-2", order=74)]


@hookimpl
def erase_extras(member: Member, text: bool) -> None:  # noqa: ARG001 - messages go either way
    """Erase the messages that tell of a member: what they did, and what names their handle."""
    person_id = member.identity.person_id
    mine = Identity.objects.filter(person_id=person_id).values_list("pk", flat=True) if person_id else []
    actions.erase_messages([*mine, member.identity_id], [f'"handle":"{member.handle}"', f"@{member.handle}"])


@hookimpl
def identities_erased(identities: list[int]) -> None:
    """Erase the messages that tell of these identities."""
    actions.erase_messages(identities, [])


plug(sys.modules[__name__])
