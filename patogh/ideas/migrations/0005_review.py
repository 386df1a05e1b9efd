"""Why an announcement waits; and marks that were handed in stay as they are, whoever writes."""

from django.db import migrations, models

SQLITE = """
CREATE TRIGGER ideas_score_sealed BEFORE UPDATE OF marks, handed_in_at, entry_id, member_id ON ideas_score
WHEN OLD.handed_in_at IS NOT NULL AND (
    NEW.marks <> OLD.marks OR NEW.handed_in_at IS NULL OR NEW.handed_in_at <> OLD.handed_in_at
    OR NEW.entry_id <> OLD.entry_id OR NEW.member_id <> OLD.member_id
)
BEGIN SELECT RAISE(ABORT, 'ideas: a score that was handed in never changes'); END;
"""
POSTGRESQL = """
CREATE FUNCTION ideas_score_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.handed_in_at IS NOT NULL AND (
        NEW.marks::text <> OLD.marks::text OR NEW.handed_in_at IS DISTINCT FROM OLD.handed_in_at
        OR NEW.entry_id <> OLD.entry_id OR NEW.member_id <> OLD.member_id
    ) THEN
        RAISE EXCEPTION 'ideas: a score that was handed in never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ideas_score_sealed BEFORE UPDATE ON ideas_score FOR EACH ROW EXECUTE FUNCTION ideas_score_sealed();
"""


def seal(apps, schema_editor):
    """Lay the trigger."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def unseal(apps, schema_editor):
    """Take the trigger away."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute("DROP TRIGGER ideas_score_sealed" + (" ON ideas_score" if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION ideas_score_sealed()")


class Migration(migrations.Migration):
    """Seal scores."""

    dependencies = [("ideas", "0004_making")]
    operations = [
        migrations.AddField(
            "decision", "trouble", models.CharField(blank=True, db_default="", default="", max_length=40)
        ),
        migrations.RunPython(seal, unseal),
    ]
