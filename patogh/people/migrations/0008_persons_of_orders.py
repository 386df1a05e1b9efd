"""Identities that came without a person (the buyers of orders) get one each, with a first link, as every new one does now."""

from django.db import migrations

from patogh.kit.ids import uuid7

STEP = 1000


def give(apps, schema_editor):
    """Make a person and a first link for each identity that is nobody's and never was anybody's."""
    identity, person, link = (apps.get_model("people", name) for name in ("Identity", "Person", "IdentityLink"))
    last = 0
    while True:
        rows = identity.objects.filter(pk__gt=last, person=None, links=None, kind__startswith="order-").order_by("pk")[:STEP]
        some = list(rows)
        if not some:
            return
        last = some[-1].pk
        for one in some:
            one.person_id = uuid7()
        person.objects.bulk_create([person(id=one.person_id) for one in some])
        identity.objects.bulk_update(some, ["person"], batch_size=200)
        link.objects.bulk_create([link(identity=one, person_id=one.person_id, why="came") for one in some], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("people", "0007_consent_append_only")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
