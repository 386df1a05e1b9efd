"""Who watches the book: witnesses come and go, and each change of the trust policy is itself a line of the book."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.utils import timezone

from patogh.activity import action, record, upkeep
from patogh.kit.tlog.errors import TlogError
from patogh.kit.tlog.note import Vkey, parse_vkey
from patogh.ledger import limits
from patogh.ledger.actions.book import enter
from patogh.ledger.errors import BadWitness, TooManyWitnesses, WitnessKnown
from patogh.ledger.models import Witness
from patogh.ledger.queries.policy import policy_text, witnesses
from patogh.people.models import Member

COSIGNERS: Final = frozenset({0x04, 0x06})
RESERVED: Final = frozenset({"none", "outside"})
URL_CHARS_MAX: Final = 500
LABEL_CHARS_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class Described:
    """A witness as it is entered: its verifier key, where it answers, and how people call it."""

    vkey: str
    url: str
    label_fa: str = ""
    label_en: str = ""
    icon: str = ""
    is_ours: bool = False


@action
def add_witness(said: Described, *, by: Member | None) -> Witness:
    """Ask another witness from now on. Raises BadWitness, WitnessKnown or TooManyWitnesses."""
    made = enlist(said)
    record("ledger.witness_added", by=by, subject=made, data={"name": made.name})
    return made


@action
def retire_witness(witness: Witness, *, by: Member | None) -> Witness:
    """Ask a witness no longer; what it signed stays under its seals."""
    dismiss(witness)
    record("ledger.witness_retired", by=by, subject=witness, data={"name": witness.name})
    return witness


@upkeep
def enlist(said: Described) -> Witness:
    """Write a new witness and the change of the policy, within a running action or upkeep."""
    key = _key(said.vkey)
    if Witness.objects.filter(name=key.name).exists() or Witness.objects.filter(vkey=str(key)).exists():
        raise WitnessKnown(field="vkey")
    if len(witnesses()) >= limits.WITNESSES_MAX:
        raise TooManyWitnesses(most=limits.WITNESSES_MAX)
    before = _policy_hash()
    made = Witness.objects.create(
        name=key.name, vkey=str(key), url=_address(said.url), label_fa=_label(said.label_fa, "label_fa"),
        label_en=_label(said.label_en, "label_en"), icon=said.icon[:40], is_ours=said.is_ours, added_at=timezone.now(),
    )  # fmt: skip
    _enter_change(before, f"witness:{made.pk}:added")
    return made


@upkeep
def dismiss(witness: Witness) -> None:
    """Retire a witness and enter the change of the policy, within a running action or upkeep."""
    if witness.retired_at is not None:
        return
    before = _policy_hash()
    witness.retired_at = timezone.now()
    witness.save(update_fields=["retired_at"])
    _enter_change(before, f"witness:{witness.pk}:retired")


def _key(typed: str) -> Vkey:
    try:
        key = parse_vkey(typed.strip())
    except TlogError as error:
        raise BadWitness(field="vkey") from error
    if key.kind not in COSIGNERS or key.name in RESERVED or len(key.name) > URL_CHARS_MAX // 4:
        raise BadWitness(field="vkey")
    return key


def _address(typed: str) -> str:
    url = typed.strip()
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_fine = False
    if not is_fine or len(url) > URL_CHARS_MAX or any(char.isspace() or not char.isprintable() for char in url):
        raise BadWitness(field="url")
    return url


def _label(typed: str, field: str) -> str:
    words = " ".join(typed.split())
    if len(words) > LABEL_CHARS_MAX or not words.replace("\u200c", "").isprintable():
        raise BadWitness(field=field)
    return words


def _policy_hash() -> str:
    return hashlib.sha256(policy_text().encode()).hexdigest()


def _enter_change(before: str, key: str) -> None:
    after = _policy_hash()
    if after != before:
        enter("policy.changed.v1", {"what": "witnesses", "before": before, "after": after}, key=f"policy:{key}")
