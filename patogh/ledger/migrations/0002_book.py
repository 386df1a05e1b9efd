"""The log in the database, append-only by trigger on both databases."""

import django.db.models.deletion
import patogh.kit.ids
from django.conf import settings
from django.db import migrations, models


DOOR = "NOT EXISTS (SELECT 1 FROM activity_erasuredoor)"
# Table by table, what an UPDATE may never do (OLD and NEW are the rows); a DELETE is never allowed.
REFUSED = {
    "submission": """
        NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.kind <> OLD.kind OR NEW.content_hash <> OLD.content_hash
        OR NEW.created_at <> OLD.created_at OR (OLD.log_id = NEW.log_id AND NEW.leaf <> OLD.leaf)
    """,
    "loghead": "NEW.origin <> OLD.origin OR NEW.size < OLD.size OR NEW.signed_size < OLD.signed_size",
    "logtile": """
        NEW.log_id <> OLD.log_id OR NEW.level <> OLD.level OR NEW.number <> OLD.number OR NEW.width <= OLD.width
        OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
    """,
    "logbundle": """
        NEW.log_id <> OLD.log_id OR NEW.number <> OLD.number OR NEW.width <= OLD.width
        OR substr(NEW.body, 1, length(OLD.body)) <> OLD.body
    """,
    "sealedcheckpoint": """
        NEW.log_id <> OLD.log_id OR NEW.size <> OLD.size OR NEW.root <> OLD.root OR NEW.note <> OLD.note
        OR NEW.sealed_at <> OLD.sealed_at
    """,
    "cosignature": "NEW.id = OLD.id",
}


def sentence(table):
    """Return what the database says when it refuses."""
    return f"ledger_{table} is append-only"


def sqlite(table, refused):
    """Return the triggers of one table for SQLite."""
    return [
        f"""
        CREATE TRIGGER ledger_{table}_no_update BEFORE UPDATE ON ledger_{table} WHEN ({refused})
        BEGIN SELECT RAISE(ABORT, '{sentence(table)}'); END
        """,
        f"""
        CREATE TRIGGER ledger_{table}_no_delete BEFORE DELETE ON ledger_{table} WHEN {DOOR}
        BEGIN SELECT RAISE(ABORT, '{sentence(table)}'); END
        """,
    ]


def postgresql(table, refused):
    """Return the function and the triggers of one table for PostgreSQL."""
    return [
        f"""
        CREATE FUNCTION ledger_{table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF {refused} THEN
                    RAISE EXCEPTION '{sentence(table)}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF {DOOR} THEN
                RAISE EXCEPTION '{sentence(table)}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN OLD;
        END $$
        """,
        f"""
        CREATE TRIGGER ledger_{table}_no_change BEFORE UPDATE OR DELETE ON ledger_{table}
        FOR EACH ROW EXECUTE FUNCTION ledger_{table}_append_only()
        """,
        f"""
        CREATE TRIGGER ledger_{table}_no_truncate BEFORE TRUNCATE ON ledger_{table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_{table}_append_only()
        """,
    ]


def close(apps, schema_editor):
    """Put the triggers up."""
    build = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for table, refused in REFUSED.items():
        for statement in build(table, refused):
            schema_editor.execute(statement, params=None)


def reopen(apps, schema_editor):
    """Take the triggers down again."""
    for table in REFUSED:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION IF EXISTS ledger_{table}_append_only() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS ledger_{table}_no_update")
            schema_editor.execute(f"DROP TRIGGER IF EXISTS ledger_{table}_no_delete")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("ledger", "0001_accounts"),
        ("activity", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True)),
                ("vkey", models.CharField(max_length=4000, unique=True)),
                ("url", models.CharField(max_length=500)),
                ("label_fa", models.CharField(blank=True, default="", max_length=120)),
                ("label_en", models.CharField(blank=True, default="", max_length=120)),
                ("icon", models.CharField(blank=True, default="", max_length=40)),
                ("is_ours", models.BooleanField(default=False)),
                ("added_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("last_seen_at", models.DateTimeField(null=True)),
                ("last_size", models.BigIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, default="", max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="LogHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=200, unique=True)),
                ("size", models.BigIntegerField(default=0)),
                ("frontier", models.BinaryField(default=bytes)),
                ("signed_size", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(choices=[("open", "open"), ("closed", "closed")], default="open", max_length=8),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_why", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("state",), name="ledger_one_open_log"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", models.F("signed_size"))), name="ledger_signed_within_size"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("vkey", models.CharField(max_length=4000, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("leaving", "leaving"),
                            ("retired", "retired"),
                            ("compromised", "compromised"),
                        ],
                        default="active",
                        max_length=11,
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="ledger.loghead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("sealed_at", models.DateTimeField()),
                ("witnessed_count", models.PositiveSmallIntegerField(default=0)),
                ("quorum_met", models.BooleanField(default=False)),
                ("witnessed_at", models.DateTimeField(null=True)),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoints",
                        to="ledger.loghead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.UUIDField(default=patogh.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("body", models.BinaryField(default=bytes)),
                ("content_hash", models.BinaryField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("sequenced", "sequenced")], default="waiting", max_length=9
                    ),
                ),
                ("leaf", models.BigIntegerField(null=True)),
                ("subject_kind", models.CharField(blank=True, default="", max_length=40)),
                ("subject_id", models.CharField(blank=True, default="", max_length=40)),
                ("created_at", models.DateTimeField()),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="ledger.loghead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=14, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="ledger.submission"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=60)),
                ("value", models.CharField(max_length=2000)),
                ("salt", models.BinaryField(max_length=32)),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="ledger.submission",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("timestamp", models.BigIntegerField()),
                ("line", models.TextField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="ledger.sealedcheckpoint",
                    ),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.witness"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogBundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("width", models.PositiveSmallIntegerField()),
                ("body", models.BinaryField()),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.loghead",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("log", "number"), name="ledger_bundle_once")],
            },
        ),
        migrations.CreateModel(
            name="LogTile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("width", models.PositiveSmallIntegerField()),
                ("hashes", models.BinaryField()),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.loghead",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("log", "level", "number"), name="ledger_tile_once")],
            },
        ),
        migrations.AddIndex(
            model_name="sealedcheckpoint",
            index=models.Index(
                condition=models.Q(("quorum_met", True)), fields=["log", "size"], name="ledger_checkpoint_witnessed"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedcheckpoint",
            constraint=models.UniqueConstraint(fields=("log", "size"), name="ledger_checkpoint_once"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["id"], name="ledger_submission_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("subject_kind", ""), _negated=True),
                fields=["subject_kind", "subject_id"],
                name="ledger_submission_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=("log", "leaf"), name="ledger_leaf_once"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("leaf__isnull", True), ("log__isnull", True), ("state", "waiting")),
                    models.Q(("leaf__isnull", False), ("log__isnull", False), ("state", "sequenced")),
                    _connector="OR",
                ),
                name="ledger_leaf_with_state",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["member", "id"], name="ledger_receipt_by_member"),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.UniqueConstraint(fields=("submission", "field"), name="ledger_opening_once"),
        ),
        migrations.AddConstraint(
            model_name="cosignature",
            constraint=models.UniqueConstraint(
                fields=("checkpoint", "witness", "timestamp"), name="ledger_cosignature_once"
            ),
        ),
        migrations.RunPython(close, reopen),
    ]
