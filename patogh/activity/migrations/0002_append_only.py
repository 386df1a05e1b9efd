"""The road is append-only by trigger, on both databases; an erasing transaction opens the one narrow door first."""

from django.db import migrations

SENTENCE = "activity_activity is append-only; open the erasure door first"

SQLITE = [
    f"""
    CREATE TRIGGER activity_no_{word.lower()} BEFORE {word} ON activity_activity
    WHEN NOT EXISTS (SELECT 1 FROM activity_erasuredoor)
    BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """
    for word in ("UPDATE", "DELETE")
]
SQLITE_BACK = ["DROP TRIGGER IF EXISTS activity_no_update", "DROP TRIGGER IF EXISTS activity_no_delete"]

POSTGRESQL = [
    f"""
    CREATE FUNCTION activity_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM activity_erasuredoor) THEN
            RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER activity_no_change BEFORE UPDATE OR DELETE ON activity_activity
    FOR EACH ROW EXECUTE FUNCTION activity_append_only()
    """,
    """
    CREATE TRIGGER activity_no_truncate BEFORE TRUNCATE ON activity_activity
    FOR EACH STATEMENT EXECUTE FUNCTION activity_append_only()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER IF EXISTS activity_no_truncate ON activity_activity",
    "DROP TRIGGER IF EXISTS activity_no_change ON activity_activity",
    "DROP FUNCTION IF EXISTS activity_append_only()",
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
    dependencies = [("activity", "0001_initial")]
    operations = [migrations.RunPython(close, reopen)]
