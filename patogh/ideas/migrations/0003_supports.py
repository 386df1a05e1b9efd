"""Supports: how many came from one network, merges with their progress, and what ideas mean."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add what supports need."""

    dependencies = [("ideas", "0002_moves"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [  # noqa: RUF012
        migrations.AddField("support", "crowd_count", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.AddIndex(
            "support",
            models.Index(
                fields=["came_from", "id"], name="ideas_support_carried", condition=models.Q(("came_from__isnull", False))
            ),
        ),
        migrations.AddIndex(
            "support",
            models.Index(fields=["idea", "id"], name="ideas_support_costly", condition=models.Q(("cost__gt", 0))),
        ),
        migrations.CreateModel(
            name="Meaning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=40)),
                ("vector", models.BinaryField()),
                ("text_sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "idea",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meaning", to="ideas.idea"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MeaningCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.IntegerField()),
                (
                    "meaning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="ideas.meaning"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("code", "meaning"), name="ideas_code_once")],
            },
        ),
        migrations.CreateModel(
            name="Merging",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merged_at", models.DateTimeField()),
                ("last_support", models.BigIntegerField(default=0)),
                ("carried_count", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="ideas.idea"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mergings", to="ideas.idea"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("source",), name="ideas_merged_once"
                    )
                ],
            },
        ),
    ]
