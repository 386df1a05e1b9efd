"""What the team writes beside a person: notes and pledges. They hang on one identity, so that a merge moves none of them."""

from __future__ import annotations

import datetime as dt
import unicodedata

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.people.models import Member, Person
from patogh.people.queries import may
from patogh.persons import limits
from patogh.persons.errors import (
    MayNotWriteNotes,
    NoteEmpty,
    NoteTooLong,
    PledgeClosed,
    PledgeDayPast,
    PledgeOwnerUnknown,
)
from patogh.persons.models import PersonNote, Pledge
from patogh.persons.queries.persons import identities


@action
def write_note(person: Person, text: str, *, by: Member, key: str = "") -> PersonNote:
    """Write a note about somebody; the same form sent twice (`key`) is one note. Raises NoteEmpty, NoteTooLong."""
    words = _words(text, limits.NOTE_CHARS_MAX, by)
    anchor = identities(person)[0]
    if key and (found := PersonNote.objects.filter(author=by, key=key[:40]).first()):
        return unchanged(found)
    note = PersonNote.objects.create(identity=anchor, author=by, text=words, key=key[:40], written_at=timezone.now())
    record("persons.note_written", by=by, subject=note, target=anchor, audience="staff")
    return note


@action
def edit_note(note: PersonNote, text: str, *, by: Member) -> PersonNote:
    """Write a note anew; whoever may write notes may mend each other's."""
    words = _words(text, limits.NOTE_CHARS_MAX, by)
    row = PersonNote.objects.select_for_update().get(pk=note.pk)
    if row.text == words:
        return unchanged(row)
    row.text, row.edited_at = words, timezone.now()
    row.save(update_fields=["text", "edited_at"])
    record("persons.note_edited", by=by, subject=row, audience="staff")
    return row


@action
def remove_note(note: PersonNote, *, by: Member, is_back: bool = False) -> PersonNote:
    """Take a note away, or (`is_back`) put it back."""
    _check(by)
    row = PersonNote.objects.select_for_update().get(pk=note.pk)
    if (row.removed_at is None) == is_back:
        return unchanged(row)
    row.removed_at = None if is_back else timezone.now()
    row.save(update_fields=["removed_at"])
    record("persons.note_restored" if is_back else "persons.note_removed", by=by, subject=row, audience="staff")
    return row


@action
def make_pledge(person: Person, text: str, due_at: dt.datetime, *, by: Member, owner: Member | None = None) -> Pledge:
    """Promise somebody something by a moment; `owner` (else `by`) keeps it. Raises PledgeDayPast, PledgeOwnerUnknown."""
    words, now = _words(text, limits.PLEDGE_CHARS_MAX, by), timezone.now()
    if not now < due_at < now + dt.timedelta(days=limits.PLEDGE_DAYS_MAX):
        raise PledgeDayPast
    keeper = owner or by
    if not may(keeper, "persons.note"):
        raise PledgeOwnerUnknown
    anchor = identities(person)[0]
    pledge = Pledge.objects.create(identity=anchor, author=by, owner=keeper, text=words, due_at=due_at, made_at=now)
    record("persons.pledge_made", by=by, subject=pledge, target=anchor, audience="staff")
    return pledge


@action
def close_pledge(pledge: Pledge, *, by: Member, is_kept: bool, words: str = "") -> Pledge:
    """Say that a pledge was kept, or that it is dropped and why. Raises PledgeClosed, NoteEmpty where a drop has no reason."""
    _check(by)
    said = " ".join(words.split())[: limits.PLEDGE_CHARS_MAX]
    if not is_kept and not said:
        raise NoteEmpty(field="words")
    row = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if row.kept_at or row.dropped_at:
        if bool(row.kept_at) == is_kept:
            return unchanged(row)
        raise PledgeClosed
    setattr(row, "kept_at" if is_kept else "dropped_at", timezone.now())
    row.words = said
    row.save(update_fields=["kept_at", "dropped_at", "words"])
    record("persons.pledge_kept" if is_kept else "persons.pledge_dropped", by=by, subject=row, audience="staff")
    return row


@action
def reopen_pledge(pledge: Pledge, *, by: Member) -> Pledge:
    """Take back that a pledge was kept or dropped."""
    _check(by)
    row = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if row.kept_at is None and row.dropped_at is None:
        return unchanged(row)
    row.kept_at = row.dropped_at = None
    row.words = ""
    row.save(update_fields=["kept_at", "dropped_at", "words"])
    record("persons.pledge_reopened", by=by, subject=row, audience="staff")
    return row


def _check(by: Member) -> None:
    if not may(by, "persons.note"):
        raise MayNotWriteNotes


def _words(text: str, most: int, by: Member) -> str:
    """Return the words as they are kept; raises MayNotWriteNotes, NoteEmpty, NoteTooLong."""
    _check(by)
    words = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).replace("\0", "").strip()
    if not words:
        raise NoteEmpty
    if len(words) > most:
        raise NoteTooLong(most=most)
    return words
