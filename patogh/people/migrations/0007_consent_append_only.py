"""Consents and the words that ask for them are append-only by trigger; an erasing transaction opens activity's narrow door."""

from django.db import migrations, models

TABLES = {
    "consent": "people_consent is append-only; take a consent back with another row",
    "consenttext": "people_consenttext is append-only; a changed sentence is a new version",
}
SQLITE = [
    f"""
    CREATE TRIGGER {name}_no_{word.lower()} BEFORE {word} ON people_{name}
    WHEN NOT EXISTS (SELECT 1 FROM activity_erasuredoor)
    BEGIN SELECT RAISE(ABORT, '{sentence}'); END
    """
    for name, sentence in TABLES.items()
    for word in ("UPDATE", "DELETE")
]
SQLITE_BACK = [f"DROP TRIGGER IF EXISTS {name}_no_{word}" for name in TABLES for word in ("update", "delete")]
POSTGRESQL = [
    statement
    for name, sentence in TABLES.items()
    for statement in (
        f"""
        CREATE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM activity_erasuredoor) THEN
                RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
            RETURN OLD;
        END $$
        """,
        f"""
        CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON people_{name}
        FOR EACH ROW EXECUTE FUNCTION {name}_append_only()
        """,
    )
]
POSTGRESQL_BACK = [
    statement
    for name in TABLES
    for statement in (
        f"DROP TRIGGER IF EXISTS {name}_no_change ON people_{name}",
        f"DROP FUNCTION IF EXISTS {name}_append_only()",
    )
]


def close(apps, schema_editor):
    """Put the triggers up."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def reopen(apps, schema_editor):
    """Take the triggers down again."""
    for statement in POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("people", "0006_consent"), ("activity", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="ConsentCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=32)),
                ("channel", models.CharField(max_length=24)),
                ("method", models.CharField(blank=True, default="", max_length=24)),
                ("given_count", models.BigIntegerField(default=0)),
                ("withdrawn_count", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("purpose", "channel", "method"), name="consent_count_once")
                ],
            },
        ),
        migrations.RunPython(close, reopen),
    ]
