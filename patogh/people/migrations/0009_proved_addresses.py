"""Addresses and numbers that members had proved before identities were kept for them get one each, linked by that proof."""

from django.db import migrations
from django.utils import timezone

from patogh.people import kinds

STEP = 500


def keep(apps, schema_editor):
    """Go through the members once, a few statements for each step of them."""
    member, address = apps.get_model("people", "Member"), apps.get_model("account", "EmailAddress")
    last = 0
    while rows := list(
        member.objects.filter(pk__gt=last, is_active=True).select_related("identity").order_by("pk")[:STEP]
    ):
        last = rows[-1].pk
        proved = address.objects.filter(user_id__in=[row.pk for row in rows], verified=True).values_list(
            "user_id", "email"
        )
        said = [("email", email, user) for user, email in proved]
        said += [("phone", row.phone, row.pk) for row in rows if row.phone and row.phone_verified_at]
        _keep(apps, {row.pk: row.identity for row in rows if row.identity.person_id}, said)


def _keep(apps, homes, said):
    """Make what is missing and link it; what somebody holds by a proof of their own stays theirs."""
    identity, link = apps.get_model("people", "Identity"), apps.get_model("people", "IdentityLink")
    now = timezone.now()
    for kind in ("email", "phone"):
        wanted = {kinds.readable(kind, value): homes[who] for one, value, who in said if one == kind and who in homes}
        wanted.pop("", None)
        known = {row.value: row for row in identity.objects.filter(kind=kind, value__in=list(wanted))}
        news = [
            identity(kind=kind, value=value, person_id=home.person_id, verified_at=now)
            for value, home in wanted.items()
            if value not in known
        ]
        identity.objects.bulk_create(news)
        claimed = [row for row in known.values() if row.verified_at is None]
        for row in claimed:
            row.person_id, row.verified_at = wanted[row.value].person_id, now
        identity.objects.bulk_update(claimed, ["person", "verified_at"], batch_size=200)
        link.objects.bulk_create(
            [
                link(identity=row, person_id=row.person_id, why="verified", by_identity=wanted[row.value])
                for row in (*news, *claimed)
            ]
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0008_persons_of_orders"), ("account", "0009_emailaddress_unique_primary_email")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
