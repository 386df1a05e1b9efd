"""Programmes, the versions of their rules, and their categories."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.ideas import book, limits
from patogh.ideas.errors import BadCategory, BadProgramme, ProgrammeTaken
from patogh.ideas.models import Category, Programme, RuleVersion
from patogh.ideas.terms import Terms, as_json, parse, sha256_of
from patogh.kit import persian
from patogh.kit.errors import Forbidden, NotFound
from patogh.people.models import Member
from patogh.people.queries import may

SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
# Words that are addresses beside a programme's own.
TAKEN_WORDS: Final = frozenset({"new"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a programme is called and about."""

    slug: str
    name: str
    name_en: str = ""
    about: str = ""
    about_en: str = ""
    position: int = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category as it is put."""

    slug: str
    name: str
    name_en: str = ""
    position: int = 100


@action
def open_programme(facts: Facts, terms: Terms, *, by: Member, state: str = "open") -> Programme:
    """Make a programme with the first version of its rules. Raises Forbidden, BadProgramme, ProgrammeTaken or BadTerms."""
    facts = _checked(facts, by)
    if Programme.objects.filter(slug=facts.slug).exists():
        raise ProgrammeTaken
    if state not in dict(Programme.STATES):
        raise BadProgramme(field="state")
    made = Programme.objects.create(
        slug=facts.slug, name=facts.name, name_en=facts.name_en, about=facts.about, about_en=facts.about_en,
        position=facts.position, state=state, created_at=timezone.now(),
    )  # fmt: skip
    _new_version(made, parse(as_json(terms)), ("", ""), by)
    record("ideas.programme_opened", by=by, subject=made, audience="staff" if state == "preparing" else "")
    return made


@action
def edit_programme(programme: Programme, facts: Facts, *, by: Member) -> Programme:
    """Change what a programme is called and about; its address stays."""
    facts = _checked(facts, by)
    row = _locked(programme.pk)
    row.name, row.name_en, row.about, row.about_en = facts.name, facts.name_en, facts.about, facts.about_en
    row.position, row.version = facts.position, row.version + 1
    row.save(update_fields=["name", "name_en", "about", "about_en", "position", "version"])
    record("ideas.programme_edited", by=by, subject=row)
    return row


@action
def set_programme_state(programme: Programme, state: str, *, by: Member) -> Programme:
    """Open, pause or close a programme: a paused or closed one takes no new ideas, those under way go on."""
    _check_right(by)
    row = _locked(programme.pk)
    if state not in dict(Programme.STATES) or (state == "preparing" and _was_offered(row)):
        raise BadProgramme(field="state")
    if row.state == state:
        return unchanged(row)
    row.state, row.version = state, row.version + 1
    row.save(update_fields=["state", "version"])
    record("ideas.programme_state_set", by=by, subject=row, data={"state": state})
    return row


def _was_offered(programme: Programme) -> bool:
    """Whether an idea was ever sent to a programme: then it cannot be in preparation again."""
    return programme.ideas_count > 0 or programme.ideas.exclude(submitted_at=None).exists()


@action
def change_rules(programme: Programme, terms: Terms, *, by: Member, note: str = "", note_en: str = "") -> RuleVersion:
    """Make a new version of the rules, for ideas that are begun from now on; the others keep theirs. Raises BadTerms."""
    _check_right(by)
    row = _locked(programme.pk)
    checked = parse(as_json(terms))
    if row.rules is not None and row.rules.sha256 == sha256_of(checked):
        return unchanged(row.rules)
    version = _new_version(row, checked, (note, note_en), by)
    record("ideas.rules_changed", by=by, subject=row, data={"version": version.number})
    return version


def _new_version(programme: Programme, terms: Terms, notes: tuple[str, str], by: Member) -> RuleVersion:
    """Write a version, enter it in the book, and bind new ideas to it."""
    number = programme.rules.number + 1 if programme.rules is not None else 1
    note, note_en = (persian.name_clean(text)[:300] for text in notes)
    version = RuleVersion.objects.create(
        programme=programme, number=number, terms=as_json(terms), note=note, note_en=note_en, sha256=sha256_of(terms),
        made_by=by, made_at=timezone.now(),
    )  # fmt: skip
    own_last = terms.stations[-1].supporters
    is_kept = number > 1 and terms.is_adaptive
    last = max(own_last, programme.last_threshold) if is_kept else own_last
    Programme.objects.filter(pk=programme.pk).update(rules=version, last_threshold=last, version=F("version") + 1)
    programme.rules, programme.last_threshold = version, last
    programme.version += 1
    book.enter_rules(version)
    return version


@action
def put_category(programme: Programme, shelf: Shelf, *, by: Member) -> Category:
    """Add a category, or change the one with this address. Raises Forbidden or BadCategory."""
    _check_right(by)
    row = _locked(programme.pk)
    name, name_en = persian.name_clean(shelf.name)[:60], persian.name_clean(shelf.name_en)[:60]
    if not name or not SLUG.fullmatch(shelf.slug):
        raise BadCategory(field="name" if not name else "slug")
    known = Category.objects.filter(programme=row)
    if not known.filter(slug=shelf.slug).exists() and known.count() >= limits.CATEGORIES_MAX:
        raise BadCategory(field="name")
    made, _is_new = Category.objects.update_or_create(
        programme=row, slug=shelf.slug,
        defaults={"name": name, "name_en": name_en, "position": shelf.position, "is_offered": True},
    )  # fmt: skip
    Programme.objects.filter(pk=row.pk).update(version=F("version") + 1)
    record("ideas.category_put", by=by, subject=made, target=row)
    return made


@action
def retire_category(category: Category, *, by: Member) -> Category:
    """Offer a category no more; ideas on its shelf stay there."""
    _check_right(by)
    if not Category.objects.filter(pk=category.pk, is_offered=True).update(is_offered=False):
        return unchanged(category)
    Programme.objects.filter(pk=category.programme_id).update(version=F("version") + 1)
    category.is_offered = False
    record("ideas.category_retired", by=by, subject=category, target=category.programme)
    return category


def _checked(facts: Facts, by: Member) -> Facts:
    """Return the facts as they are stored; raises Forbidden or BadProgramme."""
    _check_right(by)
    name, name_en = persian.name_clean(facts.name), persian.name_clean(facts.name_en)
    about, about_en = persian.name_clean(facts.about), persian.name_clean(facts.about_en)
    if not name or max(len(name), len(name_en)) > limits.NAME_CHARS_MAX:
        raise BadProgramme(field="name")
    if not SLUG.fullmatch(facts.slug) or facts.slug in TAKEN_WORDS:
        raise BadProgramme(field="slug")
    if max(len(about), len(about_en)) > limits.ABOUT_CHARS_MAX:
        raise BadProgramme(field="about")
    if not 0 <= facts.position <= 100_000:
        raise BadProgramme(field="position")
    return Facts(facts.slug, name, name_en, about, about_en, facts.position)


def _check_right(by: Member) -> None:
    if not may(by, "ideas.rules"):
        raise Forbidden


def _locked(programme_id: int) -> Programme:
    """Return a programme behind its row's lock; raises NotFound."""
    row = Programme.objects.select_for_update(of=("self",)).select_related("rules").filter(pk=programme_id).first()
    if row is None:
        raise NotFound
    return row
