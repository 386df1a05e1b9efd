"""What goes into the open book: one INSERT in the caller's own transaction; nothing is signed or fetched here."""

from __future__ import annotations

import hashlib
import secrets as random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.bulk import values_of
from patogh.activity.door import inner
from patogh.kit.ids import uuid7
from patogh.kit.tlog.errors import BadEntry
from patogh.kit.together import together
from patogh.ledger import schemas
from patogh.ledger.errors import KeyReused, NotForTheBook
from patogh.ledger.models import Opening, Receipt, Submission
from patogh.people.models import Member

KEY_CHARS_MAX: Final = 120
SALT_BYTES: Final = 32
RECEIPT_GROUPS: Final = 3
RECEIPT_GROUP_LETTERS: Final = 4
# Both only where their line was written by the statement before them: its key may be known.
_IF_NEW: Final = "WHERE EXISTS (SELECT 1 FROM ledger_submission WHERE id = %s)"
_OPENING: Final = (
    f"INSERT INTO ledger_opening (submission_id, field, value, salt, member_id) SELECT %s, %s, %s, %s, %s {_IF_NEW}"
)
_RECEIPT: Final = (
    f"INSERT INTO ledger_receipt (code, submission_id, member_id, created_at) SELECT %s, %s, %s, %s {_IF_NEW}"
)
RECEIPT_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U: read aloud and typed without doubt


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that an entry only commits to, and the member whose it is: with them it can be erased."""

    value: str
    of: Member | None = None


def enter(
    kind: str,
    fields: Mapping[str, Any],
    *,
    key: str,
    secrets: Mapping[str, str | Secret] | None = None,
    owner: Member | None = None,
    subject: tuple[str, str] = ("", ""),
) -> Submission:
    """Have a fact entered in the log: call it inside a running action, upkeep or watcher; it is one INSERT.

    `kind` is a type of `schemas.KINDS` like "points.transfer.v1". `fields` are its fields without `id` and `t`; `at`
    (unix seconds) is now unless given. A field named in `secrets` by its path ("reason", "lines.1.c") is not in
    `fields`, or is there as None: the entry holds its commitment, value and salt are kept in an erasable `Opening`.
    `key` is the idempotency key, kept for good: the same content under it returns the first submission; raises
    KeyReused for other content and NotForTheBook for what the closed schema does not take. `owner` gets a receipt.
    """
    return inner(_enter)(kind, fields, key, secrets or {}, (owner, subject))


@upkeep
def _enter(
    kind: str,
    fields: Mapping[str, Any],
    key: str,
    secrets: Mapping[str, str | Secret],
    whose: tuple[Member | None, tuple[str, str]],
) -> Submission:
    """Write the submission, its openings and its receipt."""
    owner, (subject_kind, subject_id) = whose
    if not key or len(key) > KEY_CHARS_MAX or not key.isprintable():
        raise NotForTheBook(kind=kind, why="the key must be 1 to 120 printable characters")
    hidden = {path: secret if isinstance(secret, Secret) else Secret(secret, owner) for path, secret in secrets.items()}
    content = content_hash(kind, fields, hidden)
    now = timezone.now()
    identifier = uuid7()
    salts = {path: random.token_bytes(SALT_BYTES) for path in hidden}
    submission = Submission(
        id=identifier,
        key=key,
        kind=kind,
        body=_body(kind, {"at": int(now.timestamp()), **fields, "id": identifier.hex, "t": kind}, hidden, salts),
        content_hash=content,
        subject_kind=subject_kind,
        subject_id=subject_id,
        created_at=now,
    )
    if not _written(submission, hidden, salts, owner):
        return _same(Submission.objects.get(key=key), content, hidden)
    return submission


def _written(
    submission: Submission, hidden: Mapping[str, Secret], salts: Mapping[str, bytes], owner: Member | None
) -> bool:
    """Write a submission, its openings and its owner's receipt in one journey; False, and nothing, where its key is known."""
    columns = list(Submission._meta.concrete_fields)
    sql, marks = values_of(Submission, columns, [tuple(getattr(submission, one.attname) for one in columns)])
    line = Submission._meta.pk.get_db_prep_save(submission.pk, connection)
    statements: list[tuple[str, Sequence[Any]]] = [(f"{sql} ON CONFLICT (key) DO NOTHING", marks)]
    for path, secret in hidden.items():
        statements.append((_OPENING, [line, path, secret.value, salts[path], secret.of and secret.of.pk, line]))
    if owner is not None:  # nobody can have a receipt for what is written just now
        moment = connection.ops.adapt_datetimefield_value(submission.created_at)
        statements.append((_RECEIPT, [receipt_code(), line, owner.pk, moment, line]))
    done = together(*statements)
    submission._state.adding = not done[0].touched
    return bool(done[0].touched)


def content_hash(kind: str, fields: Mapping[str, Any], hidden: Iterable[str]) -> bytes:
    """Return the hash of what is public of a fact; of its secrets only where they are, so that it gives none away."""
    try:
        public = {name: value for name, value in fields.items() if name != "at"}
        return hashlib.sha256(schemas.written([kind, public, sorted(hidden)])).digest()
    except BadEntry as error:
        raise NotForTheBook(kind=kind, why=str(error)) from error


def give_receipt(submission: Submission, member: Member) -> Receipt:
    """Give a member a receipt for an entry that concerns them, once."""
    return _give_receipt(submission, member)


@upkeep
def _give_receipt(submission: Submission, member: Member) -> Receipt:
    """Write the receipt unless they have it."""
    known = Receipt.objects.filter(submission=submission, member=member).first()
    return known or _new_receipt(submission, member)


def _new_receipt(submission: Submission, member: Member) -> Receipt:
    """Write a receipt; part of the caller's write."""
    return Receipt.objects.create(code=receipt_code(), submission=submission, member=member, created_at=timezone.now())


def receipt_code() -> str:
    """Return a new code like K7QF-2M8T-RX4C: 58 bits, nobody guesses one."""
    rest = random.randbelow(len(RECEIPT_LETTERS) ** (RECEIPT_GROUPS * RECEIPT_GROUP_LETTERS))
    letters = ""
    for _ in range(RECEIPT_GROUPS * RECEIPT_GROUP_LETTERS):
        rest, place = divmod(rest, len(RECEIPT_LETTERS))
        letters += RECEIPT_LETTERS[place]
    return "-".join(letters[at : at + RECEIPT_GROUP_LETTERS] for at in range(0, len(letters), RECEIPT_GROUP_LETTERS))


def _body(kind: str, entry: dict[str, Any], hidden: Mapping[str, Secret], salts: Mapping[str, bytes]) -> bytes:
    """Return the exact bytes of an entry, its commitments in their places; raises NotForTheBook."""
    try:
        for path, secret in hidden.items():
            entry = schemas.put(entry, path, schemas.commit(kind, path, secret.value, salts[path]))
        body = schemas.written(entry)
        schemas.check(body)
    except BadEntry as error:
        raise NotForTheBook(kind=kind, why=str(error)) from error
    return body


def _same(known: Submission, content: bytes, hidden: Mapping[str, Secret]) -> Submission:
    """Return the first submission under a key if this is the same; secrets that were erased meanwhile are not asked."""
    kept = dict(Opening.objects.filter(submission=known).values_list("field", "value"))
    if bytes(known.content_hash) != content or any(
        path in hidden and hidden[path].value != value for path, value in kept.items()
    ):
        raise KeyReused(key=known.key)
    return known
