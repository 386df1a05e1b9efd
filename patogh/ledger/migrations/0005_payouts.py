"""Payouts: where they go, one row each, and the files that a bank was given."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import patogh.kit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("iban", models.CharField(max_length=34)),
                ("holder", models.CharField(max_length=80)),
                ("saved_at", models.DateTimeField()),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payout_account",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayoutFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(default="manual", max_length=20)),
                ("unit", models.CharField(max_length=8)),
                ("payouts_count", models.PositiveIntegerField()),
                ("total", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.UUIDField(default=patogh.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(max_length=60)),
                ("unit", models.CharField(max_length=8)),
                ("amount", models.BigIntegerField()),
                ("provider", models.CharField(default="manual", max_length=20)),
                ("iban", models.CharField(blank=True, default="", max_length=34)),
                ("holder", models.CharField(blank=True, default="", max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("approved", "approved"),
                            ("sent", "sent"),
                            ("settled", "settled"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("refused", "refused"),
                            ("timeout", "timeout"),
                            ("account", "account"),
                            ("limit", "limit"),
                            ("cancelled", "cancelled"),
                            ("erased", "erased"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                ("reference", models.CharField(blank=True, default="", max_length=60)),
                ("requested_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="ledger.payoutfile",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="payoutfile",
            index=models.Index(fields=["-made_at", "-id"], name="ledger_payoutfile_by_age"),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(fields=["member", "-requested_at", "-id"], name="ledger_payout_by_member"),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(fields=["state", "requested_at", "id"], name="ledger_payout_by_state"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(fields=("member", "key"), name="ledger_payout_once"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="ledger_payout_above_zero"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ["settled", "failed", "cancelled"])),
                    models.Q(("ended_at__isnull", True), ("state__in", ["requested", "approved", "sent"])),
                    _connector="OR",
                ),
                name="ledger_payout_ended",
            ),
        ),
    ]
