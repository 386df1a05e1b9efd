"""Meanings are compared by the signs of their vectors: no codes any more, and an index to read the newest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ideas", "0006_royalties")]

    operations = [
        migrations.DeleteModel("MeaningCode"),
        migrations.AddIndex("meaning", models.Index(fields=["made_at"], name="ideas_meaning_by_age")),
    ]
