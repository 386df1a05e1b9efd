"""The makers' share: when an agreement came into force, debts that go on, and triggers that keep what was closed."""

from django.db import migrations, models

# table, when: {condition that is refused: sentence}
KEPT = {
    "agreement": ("id", "idea_id", "version", "text", "text_en", "bps", "copies", "shares", "sha256", "made_at"),
    "acceptance": ("id", "agreement_id", "creator_id", "sha256", "language", "accepted_at"),
    "royaltyperiod": (
        "id", "idea_id", "period", "unit", "starts_at", "ends_at", "gross", "returns", "net", "bps", "amount", "units_sold",
        "agreement_id", "closed_at",
    ),
    "royaltyline": (
        "id", "period_id", "creator_id", "share_bps", "carried_in", "amount", "carried_out", "owed_in", "owed_out",
    ),
    "royaltycorrection": ("id", "about_id", "counted_in_id", "amount", "noted_at"),
}  # fmt: skip
ONCE = {"agreement": "in_force_at", "royaltyperiod": "announced_at", "royaltyline": "transfer_id"}


def refusals():
    """Yield (table, when, condition, sentence) of everything that is refused before it is written."""
    for table, columns in KEPT.items():
        yield table, "DELETE", "TRUE", "nothing is deleted; a correction is a new row"
        yield table, f"UPDATE OF {', '.join(columns)}", "TRUE", "nothing is changed; a correction is a new row"
    for table, column in ONCE.items():
        yield table, f"UPDATE OF {column}", f"OLD.{column} IS NOT NULL", f"{column} is set once"


def sqlite():
    """Yield the statements of SQLite."""
    for place, (table, when, condition, sentence) in enumerate(refusals()):
        yield (
            f"CREATE TRIGGER ideas_{table}_{place} BEFORE {when} ON ideas_{table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, 'ideas_{table}: {sentence}'); END"
        )


def postgresql():
    """Yield the statements of PostgreSQL: a function and a trigger each."""
    for place, (table, when, condition, sentence) in enumerate(refusals()):
        name, answer = f"ideas_{table}_{place}", "OLD" if when == "DELETE" else "NEW"
        refusal = f"RAISE EXCEPTION 'ideas_{table}: {sentence}' USING ERRCODE = 'integrity_constraint_violation';"
        yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN {refusal} END IF; RETURN {answer}; END $$"
        yield f"CREATE TRIGGER {name} BEFORE {when} ON ideas_{table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def close(apps, schema_editor):
    """Put the triggers up."""
    for statement in postgresql() if schema_editor.connection.vendor == "postgresql" else sqlite():
        schema_editor.execute(statement)


def reopen(apps, schema_editor):
    """Take the triggers down again."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for place, (table, _when, _condition, _sentence) in enumerate(refusals()):
        where = f" ON ideas_{table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS ideas_{table}_{place}{where}")
        if on_postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS ideas_{table}_{place}()")


class Migration(migrations.Migration):
    dependencies = [("ideas", "0005_review"), ("ledger", "0004_lines")]

    operations = [
        migrations.AddField("agreement", "in_force_at", models.DateTimeField(null=True)),
        migrations.AddField("royaltyline", "owed_in", models.BigIntegerField(default=0, db_default=0)),
        migrations.AddField("royaltyline", "owed_out", models.BigIntegerField(default=0, db_default=0)),
        migrations.RunPython(close, reopen),
    ]
