"""The log in the database: outbox, sequencer, tiles, seals, proofs and the published folder."""

import pytest
from django.db import DatabaseError, connection, transaction

from patogh.kit.tlog import proof as proofs
from patogh.kit.tlog import tiles
from patogh.kit.tlog.checkpoint import parse_checkpoint
from patogh.kit.tlog.policy import Policy
from patogh.kit.tlog.tree import leaf_hash, root_of
from patogh.ledger import schemas
from patogh.ledger.actions.book import Secret, enter
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.errors import KeyReused, NotForTheBook, NotWitnessedYet
from patogh.ledger.models import LogBundle, LogHead, LogTile, Opening, Receipt, SealedCheckpoint, Submission
from patogh.ledger.queries import book
from patogh.ledger.queries.policy import policy_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    """Keep the book of a test in a folder of its own."""
    settings.DATA = tmp_path
    settings.BOOK_ORIGIN = "test.example/book"


def entered(count, start=0):
    """Enter some facts that name nobody."""
    return [enter("idea.withdrawn.v1", {"idea": at + 1}, key=f"test:{at}") for at in range(start, start + count)]


def all_entries():
    """Return every entry of the open log from its bundles."""
    rows = LogBundle.objects.filter(log__state="open").order_by("number")
    return [entry for row in rows for entry in tiles.entries_of(bytes(row.body))]


@pytest.mark.parametrize("batches", [[1, 1, 1], [255, 2], [256, 256, 1], [700, 100]])
def test_the_root_is_that_of_the_entries_however_they_came(batches):
    start = 0
    for batch in batches:
        entered(batch, start)
        start += batch
        assert append_waiting(limit=5000) == batch
    head = LogHead.objects.get()
    leaves = [leaf_hash(entry) for entry in all_entries()]
    assert head.size == len(leaves) == start
    assert book.TileReader(head.pk)(0, 0, min(start, 256)) == b"".join(leaves[:256])
    assert tiles.root(head.size, book.TileReader(head.pk)) == root_of(leaves)
    assert sorted(Submission.objects.values_list("leaf", flat=True)) == list(range(start))


def test_appending_a_hundred_touches_few_rows_and_few_queries(django_assert_max_num_queries):
    entered(100)
    with django_assert_max_num_queries(12):
        append_waiting()
    assert (LogTile.objects.count(), LogBundle.objects.count()) == (1, 1)


def test_the_same_fact_under_the_same_key_is_entered_once(member):
    first = enter(
        "moderation.action.v1", {"what": "hide", "reason": "spam"}, key="m:1", secrets={"by": "navid"}, owner=member
    )
    again = enter(
        "moderation.action.v1", {"what": "hide", "reason": "spam"}, key="m:1", secrets={"by": "navid"}, owner=member
    )
    assert first == again
    assert (Submission.objects.count(), Opening.objects.count(), Receipt.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("fields", "secrets"),
    [
        ({"what": "hide", "reason": "scam"}, {"by": "navid"}),
        ({"what": "hide", "reason": "spam"}, {"by": "reza"}),
        ({"what": "hide", "reason": "spam"}, {}),
    ],
)
def test_another_fact_under_a_known_key_is_refused(fields, secrets):
    enter("moderation.action.v1", {"what": "hide", "reason": "spam"}, key="m:1", secrets={"by": "navid"})
    with pytest.raises(KeyReused):
        enter("moderation.action.v1", fields, key="m:1", secrets=secrets)


def test_a_secret_is_only_a_commitment_that_its_opening_opens(member):
    fields = {"unit": "pt", "lines": [{"a": "issuance:pt#3", "n": -15}, {"n": 15}]}
    made = enter(
        "points.transfer.v1", fields, key="p:1", secrets={"lines.1.c": Secret(f"member:{member.pk}:pt", member)}
    )
    opening = Opening.objects.get()
    entry = schemas.check(bytes(made.body))
    assert entry["lines"][1]["c"] == schemas.commit(
        "points.transfer.v1", "lines.1.c", opening.value, bytes(opening.salt)
    )
    assert b"member" not in bytes(made.body)


@pytest.mark.parametrize(
    ("kind", "fields", "key"),
    [
        ("idea.withdrawn.v9", {"idea": 1}, "k"),
        ("idea.withdrawn.v1", {}, "k"),
        ("idea.withdrawn.v1", {"idea": "1"}, "k"),
        ("idea.withdrawn.v1", {"idea": True}, "k"),
        ("idea.withdrawn.v1", {"idea": 1.0}, "k"),
        ("idea.withdrawn.v1", {"idea": 2**60}, "k"),
        ("idea.withdrawn.v1", {"idea": 1, "name": "مینا"}, "k"),
        ("idea.withdrawn.v1", {"idea": 1, "at": -1}, "k"),
        ("idea.withdrawn.v1", {"idea": {1, 2}}, "k"),
        ("idea.withdrawn.v1", {"idea": 1}, ""),
        ("idea.withdrawn.v1", {"idea": 1}, "k" * 121),
        ("idea.withdrawn.v1", {"idea": 1}, "a\nb"),
    ],
)
def test_what_the_schema_does_not_take_is_refused(kind, fields, key):
    with pytest.raises(NotForTheBook):
        enter(kind, fields, key=key)
    assert not Submission.objects.exists()


def test_a_seal_is_published_with_its_tiles_and_proves_each_entry(tmp_path):
    made = entered(300)
    append_waiting()
    row = seal()
    public = tmp_path / "book" / "public"
    checkpoint, _ = parse_checkpoint((public / "checkpoint").read_bytes())
    assert (checkpoint.size, checkpoint.root) == (300, bytes(row.root))
    assert len(tiles.entries_of((public / "tile/entries/001.p/44").read_bytes())) == 44
    policy = Policy.parse((public / "policy").read_text())
    for submission in (made[0], made[255], made[299]):
        submission.refresh_from_db()
        proof = proofs.TlogProof.parse(book.proof_of(submission.leaf))
        assert not proofs.verify(proof, book.body_of(submission), policy).witnesses
    assert (tmp_path / "book" / "key").stat().st_mode & 0o777 == 0o600


def test_the_folder_published_step_by_step_reads_like_one_published_at_once(tmp_path):
    for start, batch in ((0, 1), (1, 254), (255, 1), (256, 300)):
        entered(batch, start)
        append_waiting()
        seal()
    size, public = 556, tmp_path / "book" / "public"

    def fetch(level, number, width):
        return (public / tiles.tile_path(level, number, width)).read_bytes()

    assert tiles.root(size, fetch) == parse_checkpoint((public / "checkpoint").read_bytes())[0].root
    assert not (public / "tile/0/000.p").exists()


def test_a_signer_that_died_after_signing_signs_the_same_text_again(tmp_path):
    entered(3)
    append_waiting()
    first = seal()
    public = (tmp_path / "book/public/checkpoint").read_bytes()
    with connection.cursor() as cursor:  # as if the row had not been committed yet
        cursor.execute("INSERT INTO activity_erasuredoor (opened_at) VALUES ('2026-01-01')")
        cursor.execute("DELETE FROM ledger_sealedcheckpoint")
        cursor.execute("DELETE FROM activity_erasuredoor")
    assert seal().note == first.note
    assert (tmp_path / "book/public/checkpoint").read_bytes() == public


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_logbundle SET body = body",
        "UPDATE ledger_logtile SET width = 9, hashes = substr(hashes, 2)",
        "DELETE FROM ledger_logtile",
        "DELETE FROM ledger_logbundle",
        "UPDATE ledger_sealedcheckpoint SET note = 'x'",
        "DELETE FROM ledger_sealedcheckpoint",
        "UPDATE ledger_submission SET leaf = leaf + 10",
        "UPDATE ledger_submission SET kind = 'ballot.v1'",
        "DELETE FROM ledger_submission",
        "UPDATE ledger_loghead SET size = 1, signed_size = 1",
    ],
)
def test_the_database_itself_refuses_to_rewrite_the_log(sql):
    entered(3)
    append_waiting()
    seal()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_what_must_be_witnessed_fails_closed_without_witnesses():
    made = entered(1)[0]
    with pytest.raises(NotWitnessedYet):
        book.require_witnessed(made)
    append_waiting()
    seal()
    with pytest.raises(NotWitnessedYet):
        book.require_witnessed(made)
    assert book.standing_of(Submission.objects.get()).state == "pending"


def test_nothing_new_is_not_sealed_again():
    assert seal() is None
    entered(1)
    append_waiting()
    assert seal() is not None
    assert seal() is None
    assert SealedCheckpoint.objects.count() == 1


def test_the_policy_is_one_that_others_can_read():
    entered(1)
    append_waiting()
    seal()
    assert Policy.parse(policy_text()).quorum == "none"
