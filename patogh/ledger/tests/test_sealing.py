"""The signer and its witnesses: quorum, restored backups, rotation, a lost key. Witnesses are real, on real sockets."""

import datetime as dt
import json
import time
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from patogh.kit.tlog import note as notes
from patogh.kit.tlog import proof as proofs
from patogh.kit.tlog.note import Ed25519Verifier
from patogh.kit.tlog.policy import Policy
from patogh.ledger.actions import sealing
from patogh.ledger.actions.book import Secret, enter
from patogh.ledger.actions.forgetting import forget
from patogh.ledger.actions.keeping import init_log, replace_log, rotate_key
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.errors import BadOrigin, LogStopped, NotWitnessedYet, RotationRunning
from patogh.ledger.models import Cosignature, LogHead, LogKey, Opening, Receipt, SealedCheckpoint, Submission, Witness
from patogh.ledger.queries import book
from patogh.ledger.queries.policy import policy_text
from patogh.ledger.signing import files
from patogh.ledger.tests.witnesses import (
    foreign_witness,
    lying_witness,
    offline_witness,
    our_witness,
    slow_witness,
)

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    """Keep the book of a test in a folder of its own, and let each test be a process that has just begun."""
    settings.DATA = tmp_path / "house"
    settings.DATA.mkdir()
    settings.BOOK_ORIGIN = "test.example/book"
    settings.WITNESSES_INSIDE = ""
    sealing.forget_comparison()


def grown(count=1):
    """Enter some facts, give them leaves, and return the last of them."""
    start = Submission.objects.count()
    made = [enter("idea.withdrawn.v1", {"idea": at + 1}, key=f"test:{at}") for at in range(start, start + count)]
    append_waiting()
    return Submission.objects.get(pk=made[-1].pk)


def stands(standing, settings, **more):
    """Have the house ask this witness."""
    settings.WITNESSES_INSIDE = f"{settings.WITNESSES_INSIDE} {urlsplit(standing.url).netloc}"
    return Witness.objects.create(
        name=standing.name, vkey=standing.vkey, url=standing.url, added_at=timezone.now(), **more
    )


@contextmanager
def watched(tmp_path, settings, count=3):
    """Give so many of our witnesses that know the log."""
    vkey = init_log().vkey
    with ExitStack() as stack:
        for number in range(count):
            name = f"witness.example/w{number}"
            standing = stack.enter_context(our_witness(tmp_path / f"w{number}", [vkey], name))
            stands(standing, settings)
        yield vkey


def test_a_quorum_of_witnesses_makes_an_entry_witnessed_and_its_proof_small(tmp_path, settings):
    with watched(tmp_path, settings):
        made = grown(5)
        row = seal()
    assert (row.witnessed_count, row.quorum_met) == (3, True)
    assert book.require_witnessed(made).state == "witnessed"
    proof = book.proof_of(made.leaf)
    verdict = proofs.verify(proofs.TlogProof.parse(proof), book.body_of(made), Policy.parse(policy_text()))
    assert (verdict.quorum_met, verdict.k, verdict.n) == (True, 3, 3)
    assert len(proof) <= 2048


def test_a_foreign_witness_cosigns_seal_after_seal(tmp_path, settings):
    vkey = init_log().vkey
    with foreign_witness(tmp_path / "foreign", [vkey]) as standing:
        stands(standing, settings)
        for _ in range(3):
            grown(3)
            assert seal().quorum_met
    assert Witness.objects.get().last_size == 9


def test_our_own_witness_never_counts(tmp_path, settings):
    vkey = init_log().vkey
    with our_witness(tmp_path / "w", [vkey]) as standing:
        stands(standing, settings, is_ours=True)
        made = grown()
        row = seal()
    assert (row.witnessed_count, row.quorum_met, Cosignature.objects.count()) == (0, False, 1)
    with pytest.raises(NotWitnessedYet):
        book.require_witnessed(made)


def test_a_witness_that_comes_back_is_told_from_where_it_stopped(tmp_path, settings):
    vkey = init_log().vkey
    with our_witness(tmp_path / "w", [vkey]) as standing:
        row = stands(standing, settings)
        grown(3)
        seal()
        Witness.objects.update(last_size=0)  # as if its last answer had been lost
        grown(400)
        assert seal().quorum_met
    row.refresh_from_db()
    assert (row.last_size, row.last_error) == (403, "")


@pytest.mark.parametrize("fault", ["signs_another_root", "signs_the_future", "says_garbage", "sends_a_huge_body",
                                   "redirects_inside", "claims_a_larger_size", "fails", "signs_with_another_key"])  # fmt: skip
def test_a_lying_witness_is_not_counted_and_stops_nobody(tmp_path, settings, fault):
    with watched(tmp_path, settings, count=1), lying_witness(fault) as liar:
        bad = stands(liar, settings)
        settings.BOOK_QUORUM = 1
        grown(2)
        row = seal()
        bad.refresh_from_db()
    assert (row.witnessed_count, row.quorum_met) == (1, True)
    assert bad.last_error
    assert "http" not in bad.last_error


def test_slow_and_absent_witnesses_cost_two_seconds_together(tmp_path, settings):
    with watched(tmp_path, settings, count=1), slow_witness() as slow, offline_witness() as away:
        stands(slow, settings)
        stands(away, settings)
        settings.BOOK_QUORUM = 2
        grown()
        began = time.monotonic()
        row = seal()
        assert time.monotonic() - began < 8  # two seconds for each talk, however many witnesses
    assert (row.witnessed_count, row.quorum_met) == (1, False)


def test_while_the_quorum_is_lost_writing_goes_on_and_closed_things_wait(tmp_path, settings):
    vkey = init_log().vkey
    with our_witness(tmp_path / "w0", [vkey], "witness.example/w0") as standing:
        stands(standing, settings)
        with offline_witness() as away:
            other = stands(away, settings)
            for _ in range(3):
                made = grown()
                seal()
        assert book.standing_of(made).state == "pending"
        with pytest.raises(NotWitnessedYet):
            book.require_witnessed(made)
        with our_witness(tmp_path / "w1", [vkey], "witness.example/away") as back:
            Witness.objects.filter(pk=other.pk).update(vkey=back.vkey, url=back.url, name=back.name)
            settings.WITNESSES_INSIDE += f" {urlsplit(back.url).netloc}"
            seal(timezone.now() + dt.timedelta(minutes=1))
    assert book.require_witnessed(made).seen == 2


def test_a_silent_witness_does_not_have_the_others_sign_again_and_again(tmp_path, settings):
    with watched(tmp_path, settings, count=1), offline_witness() as away:
        stands(away, settings)
        grown()
        seal()
        time.sleep(1.1)
        assert seal(timezone.now() + dt.timedelta(minutes=1)) is not None  # the silent one alone is asked
    assert Cosignature.objects.count() == 1


def test_a_note_carries_only_the_newest_line_of_each_witness(tmp_path, settings):
    with watched(tmp_path, settings, count=2):
        grown()
        row = seal()
    kept = Cosignature.objects.order_by("pk").first()
    Cosignature.objects.create(checkpoint=row, witness=kept.witness, timestamp=1, line="broken")
    assert len(book.whole_note(row).signatures) == 3


def test_an_idle_log_is_cosigned_again_after_an_hour(tmp_path, settings):
    with watched(tmp_path, settings, count=1):
        grown()
        first = seal()
        assert seal(timezone.now() + dt.timedelta(minutes=30)) is None
        time.sleep(1.1)  # a witness signs whole seconds, each once
        again = seal(timezone.now() + dt.timedelta(minutes=61))
    assert (again.pk, Cosignature.objects.count()) == (first.pk, 2)


def restored(size):
    """Put the database, and the head file with it, back to a backup of an earlier size."""
    head = LogHead.objects.get()
    kept = book.TileReader(head.pk)
    from django.db import connection

    from patogh.kit.tlog import tiles
    from patogh.kit.tlog.checkpoint import Checkpoint

    root = tiles.root(size, kept)
    frontier = b"".join(tiles.node(level, index, size, kept) for level, index in _peaks(size))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger looks
        else:
            for trigger in ("loghead_no_update", "sealedcheckpoint_no_delete", "cosignature_no_delete"):
                cursor.execute(f"DROP TRIGGER ledger_{trigger}")
        cursor.execute("UPDATE ledger_loghead SET size = %s, signed_size = %s, frontier = %s", [size, size, frontier])
        cursor.execute("DELETE FROM ledger_cosignature")
        cursor.execute("DELETE FROM ledger_sealedcheckpoint")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
    (files.folder() / files.HEAD).write_text(Checkpoint(head.origin, size, root).text())
    Witness.objects.update(last_size=size)
    sealing.forget_comparison()


def _peaks(size):
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level


def test_a_restored_backup_stops_before_it_signs_and_says_what_to_do(tmp_path, settings):
    with watched(tmp_path, settings):
        grown(4)
        seal()
        grown(4)
        seal()
        restored(4)
        with pytest.raises(LogStopped, match="8"):
            seal(timezone.now() + dt.timedelta(hours=2))
        assert "patogh book compromise" in files.stopped()
        assert not SealedCheckpoint.objects.exists()


def test_a_head_file_ahead_of_the_database_stops_the_log_without_any_witness(settings):
    grown(4)
    seal()
    (files.folder() / files.HEAD).write_text("test.example/book\n9\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    grown(1)
    with pytest.raises(LogStopped):
        seal()


def test_other_entries_below_the_signed_size_stop_the_log(settings):
    grown(4)
    seal()
    (files.folder() / files.HEAD).write_text("test.example/book\n4\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    grown(1)
    with pytest.raises(LogStopped):
        seal()


def test_too_few_witnesses_to_compare_with_mean_no_signature(tmp_path, settings):
    with watched(tmp_path, settings, count=1):
        grown()
        seal()
    sealing.forget_comparison()  # a new process, and the witness is away
    grown()
    with pytest.raises(LogStopped):
        seal()
    assert SealedCheckpoint.objects.count() == 1


def test_after_a_rotation_both_keys_sign_and_both_are_in_the_policy(tmp_path, settings):
    with watched(tmp_path, settings) as old:
        grown(2)
        seal()
        new = rotate_key().vkey
        append_waiting()
        row = seal()
    assert row.quorum_met
    for vkey in (old, new):
        assert notes.open_note(row.note, [Ed25519Verifier(vkey)]).signatures
        assert vkey in policy_text()
    with pytest.raises(RotationRunning):
        rotate_key()


def test_the_old_key_is_gone_after_its_thirty_days(settings):
    init_log()
    grown()
    seal()
    new = rotate_key().vkey
    append_waiting()
    seal(timezone.now() + dt.timedelta(days=31))
    assert list(LogKey.objects.filter(state__in=("active", "leaving")).values_list("vkey", flat=True)) == [new]
    assert not (files.folder() / files.LEAVING).exists()


def test_a_rotation_cut_off_after_its_commit_is_finished_by_the_next_seal(settings, monkeypatch):
    init_log()
    grown()
    seal()
    with monkeypatch.context() as cut:
        cut.setattr(files, "take_next", lambda: None)
        new = rotate_key().vkey
    append_waiting()
    assert notes.open_note(seal().note, [Ed25519Verifier(new)]).signatures


def test_a_rotation_cut_off_between_its_two_renames_is_finished_by_the_next_seal(settings, monkeypatch):
    init_log()
    grown()
    with monkeypatch.context() as cut:
        cut.setattr(files, "take_next", lambda: None)
        new = rotate_key().vkey
    (files.folder() / files.KEY).rename(files.folder() / files.LEAVING)
    assert notes.open_note(seal().note, [Ed25519Verifier(new)]).signatures


def test_a_key_that_others_may_read_or_that_is_gone_stops_the_log(settings):
    init_log()
    grown()
    (files.folder() / files.KEY).chmod(0o644)
    with pytest.raises(LogStopped, match="chmod 600"):
        seal()
    (files.folder() / files.KEY).unlink()
    with pytest.raises(LogStopped, match="gone"):
        seal()


def test_a_compromised_log_goes_on_under_a_new_origin_from_what_was_witnessed(tmp_path, settings):
    with watched(tmp_path, settings) as old:
        grown(3)
        witnessed = seal()
    grown(2)  # nobody has seen these
    new = replace_log()
    append_waiting()
    assert seal().note.startswith("test.example/book/2\n3\n")
    first = json.loads(book.entry_at(new.pk, 0))
    assert (first["t"], first["size"], first["root"]) == ("log.opened.v1", 3, bytes(witnessed.root).hex())
    assert (LogHead.objects.get(state="closed").size, old in policy_text()) == (5, False)
    assert Submission.objects.filter(log=new).count() == 3
    assert (files.folder() / "public" / "closed" / str(witnessed.log_id) / "checkpoint").exists()


@pytest.mark.parametrize("origin", ["Test.example", "test.example/book", "a b", "é", "x" * 201, "../up"])
def test_an_origin_that_no_log_may_have_is_refused(origin):
    init_log()
    grown()
    with pytest.raises(BadOrigin):
        replace_log(origin=origin)
    assert LogHead.objects.get().state == "open"


def test_an_erased_member_leaves_every_proof_valid(member, other_member):
    fields = {"unit": "pt", "lines": [{"n": -5}, {"n": 5}]}
    secrets = {"lines.0.c": Secret("member:1:pt", member), "lines.1.c": Secret("member:2:pt", other_member)}
    made = enter("points.transfer.v1", fields, key="p:1", secrets=secrets, owner=member)
    append_waiting()
    seal()
    made.refresh_from_db()
    body, proof = book.body_of(made), book.proof_of(made.leaf)
    assert forget(member, "former_1") == 1
    assert forget(member, "former_1") == 0
    append_waiting()
    seal()
    policy = Policy.parse(policy_text())
    for kept in (proof, book.proof_of(made.leaf)):
        proofs.verify(proofs.TlogProof.parse(kept), body, policy)
    assert list(Opening.objects.values_list("member", flat=True)) == [other_member.pk]
    assert Receipt.objects.get().member is None
    erased = json.loads(book.entry_at(made.log_id, 1))
    assert (erased["t"], erased["leaves"]) == ("erasure.performed.v1", [made.leaf])


def test_somebody_who_is_in_no_entry_leaves_none_behind(member):
    assert forget(member, "former_2") == 0
    assert not Submission.objects.exists()
