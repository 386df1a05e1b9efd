"""From a thought to a proposal: drafts, edits, submitting, trying again, throwing a draft away.

Texts are checked and rendered outside the door; what is written is written in one go. The same form sent twice makes one idea.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.activity.models import Activity
from patogh.activity.road import erasing
from patogh.ideas import book, limits
from patogh.ideas.actions import found, moving
from patogh.ideas.actions.materials import drop_files
from patogh.ideas.errors import (
    BadCategory,
    BadFacts,
    BadTitle,
    CannotEditNow,
    FieldNeeded,
    ImpossibleMove,
    NotYourMove,
    PartTooLong,
    SameKeyOtherWords,
    TakesNoIdeas,
    TooManyOpen,
)
from patogh.ideas.machine import CARRIED_OVER, DRAFT, ENDED, GATHERING, IN_REVIEW, RETURNED, SUBMITTED
from patogh.ideas.models import Category, Creator, Idea, Material, Programme, Revision, RuleVersion
from patogh.ideas.queries.access import check_taking_part, may_edit
from patogh.ideas.queries.rules import terms_for
from patogh.ideas.terms import Terms, terms_of
from patogh.kit import limits as kit_limits
from patogh.kit import markup, persian
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.trust.queries import check_may_write

OPEN_STATES: Final = (DRAFT, SUBMITTED, RETURNED, GATHERING, IN_REVIEW, CARRIED_OVER)
AGAIN_STATES: Final = ENDED - {"merged"}
_WHOLE_BPS: Final = 10_000
_SAID: Final = ("title", "lead", "problem", "proposal", "facts", "language")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody proposes, as a form or the API gives it; `facts` are pairs of a name and a value."""

    title: str
    lead: str = ""
    problem: str = ""
    proposal: str = ""
    facts: Sequence[tuple[str, str]] = ()
    category: int | None = None
    language: str = ""
    key: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft after all checks, its texts rendered."""

    values: dict[str, Any]
    category: int | None
    key: str

    @property
    def digest(self) -> str:
        """Tell two drafts apart."""
        said = [self.values[name] for name in _SAID]
        return hashlib.sha256(repr((said, self.category)).encode("utf-8", "surrogatepass")).hexdigest()


def checked(draft: Draft, terms: Terms) -> Checked:
    """Check and render a draft, outside the door. A draft may be incomplete; `submit` asks for what the rules require."""
    title = persian.name_clean(draft.title)
    if not limits.TITLE_CHARS_MIN <= len(title) <= limits.TITLE_CHARS_MAX:
        raise BadTitle(least=limits.TITLE_CHARS_MIN, most=limits.TITLE_CHARS_MAX)
    lead = persian.name_clean(draft.lead)
    if len(lead) > limits.LEAD_CHARS_MAX:
        raise PartTooLong(field="lead", most=limits.LEAD_CHARS_MAX)
    problem = _text("problem", draft.problem, limits.PROBLEM_CHARS_MAX)
    proposal = _text("proposal", draft.proposal, limits.PROPOSAL_CHARS_MAX)
    language = draft.language if draft.language in ("fa", "en") else "fa" if persian.is_rtl(title) else "en"
    values = {
        "title": title, "lead": lead, "problem": problem, "proposal": proposal, "facts": _facts(draft.facts), "language": language,
        "problem_html": markup.render(problem).html if problem else "",
        "proposal_html": markup.render(proposal).html if proposal else "",
    }  # fmt: skip
    for part in ("lead", "problem", "proposal", "facts"):
        if terms.wish(part) == "off":
            values[part] = [] if part == "facts" else ""
            if f"{part}_html" in values:
                values[f"{part}_html"] = ""
    category = None if terms.wish("category") == "off" else draft.category
    return Checked(values, category, (draft.key or "").replace("\0", "")[: kit_limits.IDEMPOTENCY_KEY_CHARS_MAX])


def start_idea(programme: Programme, draft: Draft, *, by: Member) -> Idea:
    """Begin an idea as a draft that only its makers see; the same `draft.key` twice returns the first.

    Raises TakesNoIdeas, LevelTooLow, TooYoung, TooManyOpen, BadTitle, PartTooLong, BadFacts, BadCategory, SameKeyOtherWords, and
    Silenced or Suspended.
    """
    return _start(programme.pk, checked(draft, terms_for(programme)), by=by)


@action
def _start(programme_id: int, said: Checked, *, by: Member, again_of: Idea | None = None) -> Idea:
    """Write a checked draft."""
    Member.objects.select_for_update().filter(pk=by.pk).values_list("pk").first()  # one form of a member at a time
    if earlier := _earlier(by, said):
        return unchanged(earlier)
    programme = Programme.objects.select_related("rules").get(pk=programme_id)
    rules = _check_may_propose(programme, by)
    now = timezone.now()
    idea = Idea.objects.create(
        programme=programme, rules=rules, category=_category(programme, said.category), author=by, again_of=again_of,
        state_since=now, created_at=now, active_at=now, **said.values,
    )  # fmt: skip
    Creator.objects.create(
        idea=idea, member=by, share_bps=_WHOLE_BPS, state="agreed", invited_at=now, answered_at=now
    )  # fmt: skip
    data = {"digest": said.digest, "programme": programme.pk}
    key, source = (said.key, _source(by)) if said.key else (None, "")
    done = record("ideas.draft_started", by=by, subject=idea, target=programme, data=data, key=key, source=source)
    if done.subject_id != str(idea.pk):
        raise SameKeyOtherWords
    return idea


def _check_may_propose(programme: Programme, by: Member) -> RuleVersion:
    """Return the rules that a new idea is bound to; raises what keeps a member from proposing something here."""
    if programme.state != "open" or programme.rules is None:
        raise TakesNoIdeas
    terms = terms_of(programme.rules)
    check_taking_part(terms, terms.propose_level, by)
    held = Idea.objects.filter(author=by, programme=programme, state__in=OPEN_STATES)
    if held.count() >= terms.proposals_open_max:
        raise TooManyOpen(most=terms.proposals_open_max)
    return programme.rules


def _source(by: Member) -> str:
    """Name whose keys these are."""
    return f"ideas:{by.pk}"


def _earlier(by: Member, said: Checked) -> Idea | None:
    """Return what this key made before; raises SameKeyOtherWords when it came with other words."""
    if not said.key:
        return None
    known = Activity.objects.filter(source=_source(by), key=said.key).first()
    if known is None:
        return None
    if known.data.get("digest") != said.digest:
        raise SameKeyOtherWords
    return Idea.objects.select_related("programme", "rules", "author").filter(pk=known.subject_id).first()


def edit_idea(idea: Idea, draft: Draft, *, by: Member) -> Idea:
    """Change what an idea says; what others saw before is kept as a revision and stands in the book.

    Raises NotYourMove, CannotEditNow, and what `start_idea` raises for its parts.
    """
    return _edit(idea.pk, checked(draft, terms_of(idea.rules)), by=by)


@action
def _edit(idea_id: int, said: Checked, *, by: Member) -> Idea:
    """Write a checked edit."""
    check_may_write(by)
    idea = moving.locked(idea_id)
    if not may_edit(idea, by):
        raise CannotEditNow if by.pk == idea.author_id else NotYourMove
    category = _category(idea.programme, said.category, kept=idea.category_id)
    was = {name: getattr(idea, name) for name in _SAID}
    changed = [name for name in _SAID if was[name] != said.values[name]]
    if not changed and category == idea.category:
        return unchanged(idea)
    if idea.state != DRAFT:
        _require_all(idea, said)
    now = moving.moment(idea)
    for name, value in {**said.values, "category": category}.items():
        setattr(idea, name, value)
    idea.version += 1
    if idea.moves_count and changed:
        _keep_revision(idea, was, by)
    idea.edited_at = now
    idea.save(update_fields=[*said.values, "category", "version", "edited_at"])
    if idea.state != DRAFT:
        found.index_idea(idea)
    audience = "" if idea.published_at and not idea.hidden_at else "staff"
    record(
        "ideas.idea_edited", by=by, subject=idea, target=idea.programme, audience=audience, data={"changed": changed}
    )
    return idea


def _keep_revision(idea: Idea, was: dict[str, Any], by: Member) -> None:
    """Keep what an idea said before, and enter in the book that it says something else now."""
    number = Revision.objects.filter(idea=idea).count() + 1
    if number > limits.REVISIONS_MAX:
        raise CannotEditNow
    Revision.objects.create(idea=idea, number=number, said=was, edited_by=by, edited_at=moving.moment(idea))
    book.enter_edit(idea, number)


@action
def submit(idea: Idea, *, by: Member) -> Idea:
    """Hand a draft or a returned idea to the team. Raises FieldNeeded with the part that the rules ask for."""
    row = moving.locked(idea.pk)
    if by.pk != row.author_id:
        raise NotYourMove
    terms = terms_of(row.rules)
    check_taking_part(terms, terms.propose_level, by)
    if row.programme.state != "open":
        raise TakesNoIdeas
    _require_all(row)
    moving._recorded(moving.make_move(row, "submit", by=by), by)
    return row


def _require_all(idea: Idea, said: Checked | None = None) -> None:
    """Raise FieldNeeded for a part that the idea's rules ask for and that is empty."""
    terms = terms_of(idea.rules)
    values = said.values if said else {name: getattr(idea, name) for name in _SAID}
    values = {**values, "category": said.category if said else idea.category_id}
    for part in ("lead", "problem", "proposal", "category", "facts"):
        if terms.wish(part) == "required" and not values[part]:
            raise FieldNeeded(field=part)
    wanted = [kind for kind in ("picture", "sketch", "model") if terms.wish(kind) == "required"]
    held = set(idea.materials.filter(kind__in=wanted).values_list("kind", flat=True)) if wanted else set()
    for kind in wanted:
        if kind not in held:
            raise FieldNeeded(field=kind)


@action
def try_again(idea: Idea, *, by: Member) -> Idea:
    """Begin a new draft from an idea of one's own that ended; it starts from zero, under the rules of today."""
    held = moving.locked(idea.pk)
    if held.author_id != by.pk:
        raise NotFound
    if held.state not in AGAIN_STATES:
        raise ImpossibleMove
    begun = Idea.objects.select_related("programme", "rules", "author").filter(again_of=held, author=by, state=DRAFT)
    if (earlier := begun.first()) is not None:
        return unchanged(earlier)
    values = {name: getattr(held, name) for name in (*_SAID, "problem_html", "proposal_html")}
    offered = Category.objects.filter(pk=held.category_id or 0, is_offered=True).values_list("pk", flat=True).first()
    made = _start_again(held, Checked(values, offered, ""), by)
    record("ideas.idea_tried_again", by=by, subject=made, target=held, audience="staff")
    return made


def _start_again(held: Idea, said: Checked, by: Member) -> Idea:
    return _start(held.programme_id, said, by=by, again_of=held)


@action
def discard_idea(idea: Idea, *, by: Member) -> int:
    """Throw away a draft of one's own, with everything that hangs on it; returns its number. Raises CannotEditNow."""
    row = moving.locked(idea.pk)
    if by.pk != row.author_id:
        raise NotYourMove
    if row.state != DRAFT:
        raise CannotEditNow
    number, programme = row.pk, row.programme
    tokens = list(Material.objects.filter(idea=row).values_list("token", flat=True))
    with erasing():  # a draft that was submitted and recalled has moves; nobody but the team ever saw it
        row.delete()
    transaction.on_commit(lambda: drop_files(tokens))
    record("ideas.draft_discarded", by=by, subject=programme, audience="staff", data={"idea": number})
    return int(number)


def _text(part: str, text: str, most: int) -> str:
    """Return a long text as it is stored; raises PartTooLong."""
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).replace("\0", "").strip()
    if len(kept) > most:
        raise PartTooLong(field=part, most=most)
    return kept


def _facts(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return facts as they are stored: only those with a name and a value; raises BadFacts."""
    kept = []
    for pair in pairs:
        name, value = (persian.name_clean(str(one)) for one in tuple(pair)[:2])
        if name and value:
            kept.append({"name": name, "value": value})
    if len(kept) > limits.FACTS_MAX or any(
        max(len(one["name"]), len(one["value"])) > limits.FACT_CHARS_MAX for one in kept
    ):
        raise BadFacts(most=limits.FACTS_MAX, chars=limits.FACT_CHARS_MAX)
    return kept


def _category(programme: Programme, pk: int | None, *, kept: int | None = None) -> Category | None:
    """Return an offered category of a programme (or the one that an idea stands in already); raises BadCategory."""
    if pk is None:
        return None
    found = Category.objects.filter(programme=programme, pk=pk).first()
    if found is None or not (found.is_offered or pk == kept):
        raise BadCategory
    return found
