"""A space may belong to a room beside the hangout."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Say which room talks in a space; none for all that were there before."""

    dependencies = [("hangout", "0004_ballots")]
    operations = [  # noqa: RUF012
        migrations.AddField("space", "purpose", models.CharField(blank=True, db_default="", default="", max_length=8)),
    ]
