"""The machine in the database: only the steps of the table, each with its row; moves, rules and agreements append-only.

The table stands here as it was when this migration was made; `tests/test_machine.py` compares it with `machine.STEPS`, so a
change of the machine needs a migration that puts the triggers up anew (`put_up` with the new table).
"""

from django.db import migrations, models

STEPS = (
    ("submit", ("draft", "returned"), "submitted"),
    ("recall", ("submitted",), "draft"),
    ("return", ("submitted",), "returned"),
    ("publish", ("submitted",), "gathering"),
    ("qualify", ("gathering",), "in_review"),
    ("expire", ("gathering",), "expired"),
    ("approve", ("in_review",), "approved"),
    ("decline", ("in_review",), "not_approved"),
    ("carry_over", ("in_review",), "carried_over"),
    ("take_up", ("carried_over",), "in_review"),
    ("develop", ("approved",), "in_development"),
    ("release", ("approved", "in_development"), "on_sale"),
    ("stop_making", ("approved", "in_development"), "archived"),
    ("archive", ("gathering", "in_review", "carried_over"), "archived"),
    ("unarchive", ("archived",), "gathering"),
    ("withdraw", ("submitted", "returned", "gathering", "in_review", "carried_over"), "withdrawn"),
    ("merge", ("gathering",), "merged"),
    ("unmerge", ("merged",), "gathering"),
    ("station", ("gathering",), "gathering"),
)
DOOR = "EXISTS (SELECT 1 FROM activity_erasuredoor)"
DIFFERS = "IS DISTINCT FROM"  # SQLite writes IS NOT


def edges():
    """Return the triples (move, source, target) that the database takes."""
    return sorted((move, source, target) for move, sources, target in STEPS for source in sources)


def _changed(*names):
    return " OR ".join(f"NEW.{name} {DIFFERS} OLD.{name}" for name in names)


def _words_changed(*names):
    """Whether words became something else than empty."""
    return " OR ".join(f"(NEW.{name} <> OLD.{name} AND NEW.{name} <> '')" for name in names)


def _rules():
    """Return (trigger, event and table, when to refuse, what is said), the rows being OLD and NEW."""
    steps = " OR ".join(f"(NEW.move = '{m}' AND NEW.source = '{s}' AND NEW.target = '{t}')" for m, s, t in edges())
    found = """EXISTS (SELECT 1 FROM ideas_move made WHERE made.idea_id = NEW.id AND made.number = NEW.moves_count
        AND made.source = OLD.state AND made.target = NEW.state)"""
    before = """EXISTS (SELECT 1 FROM ideas_idea idea WHERE idea.id = NEW.idea_id
        AND idea.moves_count + 1 = NEW.number AND idea.state = NEW.source)"""
    kept = _changed(
        "id", "idea_id", "number", "move", "source", "target", "as_team", "rule", "milestone", "supporters", "made_at"
    )
    blanked = _words_changed("reason", "reason_en", "note")
    by = f"(NEW.by_id {DIFFERS} OLD.by_id AND NEW.by_id IS NOT NULL)"
    terms = _changed("id", "programme_id", "number", "terms", "note", "note_en", "sha256", "made_at")
    agreement = _changed("id", "idea_id", "version", "text", "text_en", "bps", "copies", "shares", "sha256", "made_at")
    made_by = f"(NEW.made_by_id {DIFFERS} OLD.made_by_id AND NEW.made_by_id IS NOT NULL)"
    acceptance = _changed("id", "agreement_id", "creator_id", "sha256", "language", "accepted_at")
    return (
        ("ideas_idea_begins", "INSERT ON ideas_idea", "NEW.state <> 'draft' OR NEW.moves_count <> 0 OR NEW.milestone <> 0",
         "an idea begins as a draft"),
        ("ideas_idea_steps", "UPDATE ON ideas_idea",
         f"(NEW.state <> OLD.state OR NEW.moves_count <> OLD.moves_count OR NEW.milestone <> OLD.milestone)"
         f" AND (NEW.moves_count <> OLD.moves_count + 1 OR NOT {found})", "an idea moves with its move only"),
        ("ideas_idea_bound", "UPDATE ON ideas_idea", "NEW.rules_id <> OLD.rules_id OR NEW.programme_id <> OLD.programme_id",
         "an idea is bound to its rules"),
        ("ideas_move_fits", "INSERT ON ideas_move", f"NOT ({steps}) OR NOT {before}", "no such step from here"),
        ("ideas_move_kept", "UPDATE ON ideas_move",
         f"{kept} OR {blanked} OR {by} OR (({_changed('reason', 'reason_en', 'note', 'by_id')}) AND NOT {DOOR})",
         "ideas_move is append-only"),
        ("ideas_move_stays", "DELETE ON ideas_move", f"NOT {DOOR}", "ideas_move is append-only"),
        ("ideas_rules_kept", "UPDATE ON ideas_ruleversion", f"{terms} OR {made_by}", "ideas_ruleversion is append-only"),
        ("ideas_rules_stay", "DELETE ON ideas_ruleversion", f"NOT {DOOR}", "ideas_ruleversion is append-only"),
        ("ideas_agreement_kept", "UPDATE ON ideas_agreement", f"{agreement} OR {made_by}", "ideas_agreement is append-only"),
        ("ideas_agreement_stays", "DELETE ON ideas_agreement", f"NOT {DOOR}", "ideas_agreement is append-only"),
        ("ideas_acceptance_kept", "UPDATE ON ideas_acceptance", acceptance, "ideas_acceptance is append-only"),
        ("ideas_acceptance_stays", "DELETE ON ideas_acceptance", f"NOT {DOOR}", "ideas_acceptance is append-only"),
    )  # fmt: skip


def _sqlite(name, event, refused, said):
    return [
        f"""
        CREATE TRIGGER {name} BEFORE {event} WHEN ({refused.replace(DIFFERS, "IS NOT")})
        BEGIN SELECT RAISE(ABORT, '{said}'); END
        """
    ]


def _postgresql(name, event, refused, said):
    row = "OLD" if event.startswith("DELETE") else "NEW"
    refused = refused.replace("NEW.terms IS", "NEW.terms::text IS").replace("OLD.terms", "OLD.terms::text")
    refused = refused.replace("NEW.shares IS", "NEW.shares::text IS").replace("OLD.shares", "OLD.shares::text")
    return [
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {refused} THEN
                RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN {row};
        END $$
        """,
        f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def put_up(apps, schema_editor):
    """Put the triggers up."""
    build = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
    for rule in _rules():
        for statement in build(*rule):
            schema_editor.execute(statement, params=None)


def take_down(apps, schema_editor):
    """Take the triggers down again."""
    for name, *_rest in _rules():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("ideas", "0001_ideas"), ("activity", "0002_append_only")]

    operations = [
        # Without the state in its condition the planner has no other index to prefer: only what gathers has a window.
        migrations.RemoveIndex(model_name="idea", name="idea_by_window"),
        migrations.AddIndex(
            model_name="idea",
            index=models.Index(
                condition=models.Q(("window_ends_at__isnull", False)), fields=["window_ends_at", "id"], name="idea_by_window"
            ),
        ),
        migrations.AddIndex(
            model_name="move",
            index=models.Index(
                condition=models.Q(("move__in", ["approve", "decline", "qualify", "release"])),
                fields=["move", "made_at"],
                name="ideas_move_decisive",
            ),
        ),
        migrations.RunPython(put_up, take_down),
    ]
