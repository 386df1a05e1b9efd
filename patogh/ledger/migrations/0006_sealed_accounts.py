"""Account numbers and their holders' names are kept sealed."""

from django.db import migrations

import patogh.ledger.payouts.sealed


def seal(apps, schema_editor):
    """Write what is there again, which seals it."""
    for name in ("PayoutAccount", "Payout"):
        for row in apps.get_model("ledger", name).objects.exclude(iban="").iterator(chunk_size=500):
            row.save(update_fields=["iban", "holder"])


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_payouts")]

    operations = [
        migrations.AlterField("payout", "holder", patogh.ledger.payouts.sealed.SealedField(blank=True, default="")),
        migrations.AlterField("payout", "iban", patogh.ledger.payouts.sealed.SealedField(blank=True, default="")),
        migrations.AlterField("payoutaccount", "holder", patogh.ledger.payouts.sealed.SealedField()),
        migrations.AlterField("payoutaccount", "iban", patogh.ledger.payouts.sealed.SealedField()),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
