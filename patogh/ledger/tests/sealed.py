"""A sealed book for the tests of pages: lines, a seal, and witnesses whose signatures are real, without sockets."""

import time

from django.utils import timezone

from patogh.kit.tlog import note as notes
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.ledger.actions import enlisting, sealing, sights
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import Receipt, SealedCheckpoint, Submission, Witness
from patogh.ledger.signing.witnesses import Answer

WITNESSES = (("club.example", "انجمن", "Club"), ("paper.example", "روزنامه", "Paper"))


def written(count, owner=None, kind="idea.withdrawn.v1"):
    """Enter so many facts, give them their lines, and return the submissions."""
    start = Submission.objects.count()
    made = [enter(kind, {"idea": at + 1}, key=f"line:{at}", owner=owner) for at in range(start, start + count)]
    append_waiting()
    return list(Submission.objects.filter(pk__in=[one.pk for one in made]).order_by("leaf"))


def sealed(monkeypatch, signers=()) -> SealedCheckpoint:
    """Seal what stands in the book; these witnesses sign at once, the others stay silent."""
    sealing.forget_comparison()
    monkeypatch.setattr(sealing, "_check_witnesses", lambda *_told: None)
    monkeypatch.setattr(sealing.witnesses, "ask_all", lambda *_told: [])
    row = seal(timezone.now())
    text = notes.parse(row.note).text
    known = {one.name: one for one in Witness.objects.all()}
    answers = [Answer(known[one.name], one.cosign(text, int(time.time()))) for one in signers]
    return sights.keep_answers(row.pk, answers, timezone.now())


def witnesses(owner):
    """Put two witnesses on the list and return what they sign with."""
    signers = [CosignatureSigner.generate(name) for name, _fa, _en in WITNESSES]
    for signer, (name, fa, en) in zip(signers, WITNESSES, strict=True):
        enlisting.add_witness(enlisting.Described(signer.vkey, f"https://{name}/", fa, en, "users"), by=owner)
    return signers


def code_of(submission) -> str:
    """Return the code of a submission's receipt."""
    return Receipt.objects.get(submission=submission).code
