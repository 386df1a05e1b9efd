"""Looks at people are append-only by trigger, on both databases; an erasing transaction opens activity's narrow door."""

from django.db import migrations

SENTENCE = "persons_look is append-only: who looked stays written"

SQLITE = [
    f"""
    CREATE TRIGGER look_no_{word.lower()} BEFORE {word} ON persons_look
    WHEN NOT EXISTS (SELECT 1 FROM activity_erasuredoor)
    BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """
    for word in ("UPDATE", "DELETE")
]
SQLITE_BACK = ["DROP TRIGGER IF EXISTS look_no_update", "DROP TRIGGER IF EXISTS look_no_delete"]
POSTGRESQL = [
    f"""
    CREATE FUNCTION look_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM activity_erasuredoor) THEN
            RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER look_no_change BEFORE UPDATE OR DELETE ON persons_look
    FOR EACH ROW EXECUTE FUNCTION look_append_only()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER IF EXISTS look_no_change ON persons_look",
    "DROP FUNCTION IF EXISTS look_append_only()",
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
    dependencies = [("persons", "0001_persons"), ("activity", "0002_append_only")]
    operations = [migrations.RunPython(close, reopen)]
