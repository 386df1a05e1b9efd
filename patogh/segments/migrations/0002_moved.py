"""Who came into or went out of a segment of which others ask: their followers are asked again, some at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("segments", "0001_segments")]

    operations = [
        migrations.CreateModel(
            name="Moved",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_id", models.UUIDField(unique=True)),
                ("last_follow", models.BigIntegerField(default=0)),
            ],
        ),
    ]
