"""What follows of copies and leavings: packing, telling, erasing when the time is over, sweeping."""

from __future__ import annotations

from django.urls import reverse

from patogh.activity import after, every, task
from patogh.activity.models import Activity
from patogh.people import actions, mails, queries, retention
from patogh.people.consent.places import sender
from patogh.people.leaving import back, going, mentions, packing, parcels
from patogh.people.models import DataCopy, Leaving, Member

PERCENT_STEP = 10
RETAIN_EVERY_S = 6 * 3600


@task("people.pack_copy")
def pack_copy(copy: int) -> None:
    """Pack what a member asked for, say how far it is, and tell when it is ready."""
    row = DataCopy.objects.select_related("member__identity").filter(pk=copy, state="waiting").first()
    if row is None:
        return
    shown = 0

    def say(percent: int) -> None:
        nonlocal shown
        if percent - shown >= PERCENT_STEP:
            shown = percent
            actions.note_packed(copy, min(percent, 99))

    path = packing.pack(row.member, parcels.path_of(row.token), say)
    actions.note_packed(copy, 100, size_bytes=max(1, path.stat().st_size))
    asked = (
        Activity.objects.filter(verb="people.copy_asked", identity_id=row.member.identity_id).order_by("-pk").first()
    )
    if asked is not None:
        actions.give_notice(
            row.member, "people.copy_ready", row.member, actor=None, activity_id=asked.pk, url=reverse("settings_data")
        )


@task("people.tell_of_leaving")
@sender("people.leaving_mail", purpose="service", channel="mail", why="The way back, for whoever closed the account.")
def tell_of_leaving(leaving: int) -> None:
    """Write to somebody who closed the account how to come back."""
    row = Leaving.objects.select_related("member").filter(pk=leaving).first()
    if row is None or not row.member.email:
        return
    mails.come_back_letter(row, back.address(row)).send()


@task("people.erase_due")
def erase_due() -> None:
    """Erase everybody whose time to come back is over."""
    going.erase_due()


@task("people.rename_mentions")
def rename_mentions(handle: str, pseudonym: str) -> None:
    """Finish what an erasure that was cut off had begun."""
    mentions.rename(handle, pseudonym)


@task("people.drop_old_copies")
def drop_old_copies() -> None:
    """Throw copies away whose day is over."""
    going.drop_old_copies()


@task("people.retain")
def retain() -> None:
    """Let go of what was kept as long as the inventories say."""
    retention.enforce()


@task("people.offer_claims")
def offer_claims(activity: str) -> None:
    """Tell whoever proved an address that accounts of an import came with it, and where to claim them."""
    what = Activity.objects.get(pk=activity)
    member = Member.objects.filter(identity=what.identity_id or 0, is_active=True).first()
    if member is None or what.data.get("kind") != "email":
        return
    if staged := queries.claimable_by(member).first():
        actions.give_notice(
            member, "people.account_claimable", member, actor=None, activity_id=what.pk, title=staged.member.name,
            url=reverse("settings_security"),
        )  # fmt: skip


after("people.address_verified", "people.offer_claims")
every("people.erase_due", 3600)
every("people.drop_old_copies", 3600)
every("people.retain", RETAIN_EVERY_S)
