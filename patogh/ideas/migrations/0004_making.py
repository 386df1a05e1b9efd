"""What making an idea together needs beside its rows: who has agreed to proposed shares, and which edits were big."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns with defaults of the database, so that rows written by others need not name them."""

    dependencies = [("ideas", "0003_supports")]
    operations = [  # noqa: RUF012
        migrations.AddField("creator", "has_agreed", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("revision", "supporters", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("revision", "is_big", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "update",
            models.Index(fields=["idea", "posted_at"], condition=models.Q(told_at__isnull=True), name="ideas_update_untold"),
        ),
        migrations.AddIndex(
            "creator",
            models.Index(fields=["member", "state"], name="ideas_creator_by_member"),
        ),
    ]
