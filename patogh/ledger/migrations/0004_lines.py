"""Indexes by which the lines of one kind, and those of one subject, are found in their order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_posting")]

    operations = [
        migrations.RemoveIndex(model_name="submission", name="ledger_submission_subject"),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("subject_kind", ""), _negated=True),
                fields=["subject_kind", "subject_id", "log", "leaf"],
                name="ledger_submission_subject",
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("leaf__isnull", False)),
                fields=["log", "kind", "leaf"],
                name="ledger_submission_by_kind",
            ),
        ),
    ]
