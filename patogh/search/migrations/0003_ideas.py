"""Ideas are found too: a name in the list of kinds, nothing in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0002_index")]

    operations = [
        migrations.AlterField(
            "document",
            "kind",
            models.CharField(
                max_length=10,
                choices=[
                    ("topic", "topic"), ("post", "post"), ("member", "member"),
                    ("space", "space"), ("tag", "tag"), ("idea", "idea"),
                ],
            ),
        ),
    ]
