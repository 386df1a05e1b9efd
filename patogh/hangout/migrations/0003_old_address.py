"""Where things stood in the houses they came from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hangout", "0002_hidden_posts")]

    operations = [
        migrations.CreateModel(
            name="OldAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=300, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("topic", "topic"),
                            ("post", "post"),
                            ("member", "member"),
                            ("space", "space"),
                            ("tag", "tag"),
                        ],
                        max_length=6,
                    ),
                ),
                ("thing_id", models.BigIntegerField()),
                ("source", models.CharField(max_length=40)),
            ],
        ),
    ]
