"""An index by which the lines of one kind are found, however few they are among the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_posting")]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("leaf__isnull", False)),
                fields=["log", "kind", "leaf"],
                name="ledger_submission_by_kind",
            ),
        ),
    ]
