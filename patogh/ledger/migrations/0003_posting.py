"""One call posts transfers on PostgreSQL: `ledger_post` locks, checks and writes; SQLite has one writer and needs none.

It reads what actions/posting.py tells it, a few rows by their keys, whatever the statistics say of a table that just grew.
It does not decide what a row may be: triggers and constraints do.
"""

from django.db import migrations

POST = """
CREATE FUNCTION ledger_post(codes text[], wanted jsonb) RETURNS jsonb LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off AS $$
DECLARE
    one record;
    refused jsonb;
    held_now bigint;
    known text[] := '{}';
BEGIN
    PERFORM 1 FROM ledger_account a WHERE a.code = ANY (codes) ORDER BY a.id FOR NO KEY UPDATE;
    GET DIAGNOSTICS held_now = ROW_COUNT;
    IF held_now < cardinality(codes) THEN
        RETURN jsonb_build_object('lacking', cardinality(codes) - held_now);
    END IF;
    FOR one IN SELECT * FROM jsonb_to_recordset(wanted) AS w (
        id uuid, idem text, unit text, kind text, state text, request_hash text, corrects_id uuid, owner_id bigint,
        subject_kind text, subject_id text, reason text, created_at timestamptz, expires_at timestamptz,
        resolved_at timestamptz, codes text[], amounts bigint[],
        leaf uuid, leaf_key text, leaf_kind text, body text, content text, openings jsonb, receipts jsonb)
    LOOP
        IF EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.idem = one.idem) THEN
            known := known || one.idem;
            CONTINUE;
        END IF;
        SELECT CASE WHEN NOT a.allow_negative AND a.balance + l.amount < a.held
            THEN jsonb_build_object('refused', 'overdraft', 'available', a.balance - a.held, 'needed', -l.amount)
            ELSE jsonb_build_object('refused', 'amount') END
        INTO refused
        FROM unnest(one.codes, one.amounts) WITH ORDINALITY AS l (code, amount, place)
        JOIN ledger_account a ON a.code = l.code
        WHERE (NOT a.allow_negative AND l.amount < 0 AND a.balance + l.amount < a.held)
            OR (one.state = 'posted' AND abs(a.balance + l.amount) >= 9007199254740992)
        ORDER BY l.place LIMIT 1;
        IF FOUND THEN
            RETURN refused;
        END IF;
        IF one.state = 'pending' THEN
            INSERT INTO ledger_pendingline (transfer_id, account_id, amount, is_open)
            SELECT one.id, a.id, l.amount, TRUE
            FROM unnest(one.codes, one.amounts) WITH ORDINALITY AS l (code, amount, place)
            JOIN ledger_account a ON a.code = l.code ORDER BY l.place;
        ELSE
            INSERT INTO ledger_entry (transfer_id, account_id, number, amount, balance_after)
            SELECT one.id, a.id, a.entries_count + 1, l.amount, a.balance + l.amount
            FROM unnest(one.codes, one.amounts) WITH ORDINALITY AS l (code, amount, place)
            JOIN ledger_account a ON a.code = l.code ORDER BY l.place;
        END IF;
        INSERT INTO ledger_transfer (id, idem, unit, kind, state, request_hash, corrects_id, owner_id, subject_kind,
            subject_id, reason, created_at, expires_at, resolved_at)
        VALUES (one.id, one.idem, one.unit, one.kind, one.state, one.request_hash, one.corrects_id, one.owner_id,
            one.subject_kind, one.subject_id, one.reason, one.created_at, one.expires_at, one.resolved_at);
        IF one.leaf IS NOT NULL THEN
            INSERT INTO ledger_submission (id, key, kind, body, content_hash, state, subject_kind, subject_id, created_at)
            VALUES (one.leaf, one.leaf_key, one.leaf_kind, convert_to(one.body, 'UTF8'), decode(one.content, 'hex'),
                'waiting', one.subject_kind, one.subject_id, one.created_at);
            INSERT INTO ledger_opening (submission_id, field, value, salt, member_id)
            SELECT one.leaf, o.field, o.value, decode(o.salt, 'hex'), o.member
            FROM jsonb_to_recordset(one.openings) AS o (field text, value text, salt text, member bigint);
            INSERT INTO ledger_receipt (code, submission_id, member_id, created_at)
            SELECT r.code, one.leaf, r.member, one.created_at
            FROM jsonb_to_recordset(one.receipts) AS r (code text, member bigint);
        END IF;
    END LOOP;
    RETURN jsonb_build_object('known', to_jsonb(known));
END $$
"""


# Keys of transfers are only ever asked for whole: what Django makes for beginnings (LIKE) would be written for nothing.
LEAN = """
DO $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()
        AND tablename = 'ledger_transfer' AND indexname LIKE '%idem%like'
    LOOP
        EXECUTE format('DROP INDEX %I', one);
    END LOOP;
END $$
"""


def write(apps, schema_editor):
    """Make the function where there are functions."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POST, params=None)
        schema_editor.execute(LEAN, params=None)


def take_away(apps, schema_editor):
    """Drop it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS ledger_post(text[], jsonb)")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_book")]

    operations = [migrations.RunPython(write, take_away)]
