"""What rules can be made of: the words of this room and those that others plug in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from patogh.kit import persian
from patogh.kit.hooks import plugins
from patogh.people.consent.aims import purposes
from patogh.people.consent.routes import ways
from patogh.people.kinds import kinds
from patogh.people.models import Member, MemberFollow, RoleGrant

Touch = Callable[[Any], Iterable[int]]
# No rule asks for these, whoever says them (GDPR article 9, and what identifies a purse or a person to the state).
_SENSITIVE: Final = re.compile(
    r"religio|faith|ethnic|\brace\b|politic|party_member|health|disease|illness|disab|sexual|orientation|gender_identity|biometr|genetic|"
    r"criminal|union_member|national_?(id|code)|passport|card_?(number|hash)|iban|password|token|secret|age_?band|"
    r"مذهب|دین|قومیت|نژاد|سیاسی|بیماری|سلامت|معلول|جنسی|ژنتیک|کیفری|کد ?ملی|شماره ?کارت|گذرنامه|رمز",
    re.IGNORECASE,
)  # fmt: skip


def of_actor(activity: Any) -> Iterable[int]:
    """Return whom an activity is of: who did it."""
    return [activity.identity_id] if activity.identity_id else []


def of_subject_member(activity: Any) -> Iterable[int]:
    """Return the identity of the member whom an activity is about."""
    if activity.subject_kind != "people.member":
        return []
    return list(Member.objects.filter(pk=activity.subject_id).values_list("identity_id", flat=True))


def of_both(activity: Any) -> Iterable[int]:
    """Return who did it and about whom it is."""
    return [*of_actor(activity), *of_subject_member(activity)]


@dataclass(frozen=True)
class Word:
    """Something that can be counted: «پرسیده», "asked".

    It is counted on the road by `verbs` and what `fixed` says of their data, or, with `rows`, in a table: a SELECT that gives
    identity_id, at, value and unit. `verbs` also say when to ask again, of whom `touched` names. With `takes_name` the rule
    names the event (at `name_key` of the data); `inside` is where its properties lie; `is_sum` sums `value` in a money.
    """

    name: str
    fa: str
    en: str
    verbs: tuple[str, ...]
    rows: str = ""
    fixed: tuple[tuple[str, str], ...] = ()
    touched: Touch = of_actor
    takes_name: bool = False
    name_key: str = ""
    inside: tuple[str, ...] = ()
    is_sum: bool = False
    can_filter: bool = False

    def title(self, language: str) -> str:
        """Return the word as a sentence says it."""
        return self.fa if language == "fa" else self.en


@dataclass(frozen=True)
class Fact:
    """Something known of a member: `read(row)` returns it from her row; kind "text", "number", "list" or "time"."""

    name: str
    fa: str
    en: str
    kind: str
    column: str
    choices: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    touched: Touch = of_both
    is_private_for_minors: bool = False

    def title(self, language: str) -> str:
        """Return the fact as a sentence says it."""
        return self.fa if language == "fa" else self.en


@dataclass(frozen=True)
class Relation:
    """A relation: `find(identity_ids, value)` returns those of these identities that have it, in a fixed number of queries.

    `read(value, slug)` returns what stands between the brackets as it is kept, in a rule of the segment of that slug ("" for a
    new one), or the sentence why it cannot stand there. `words(value, language)` says the whole relation. The builder offers
    `choices` (key and title), or a field called `hint` (else "Handle, like @mina") in which nothing means `empty`. With `of_segment` the value is a segment.
    """

    name: str
    fa: str
    en: str
    find: Callable[[list[int], str], set[int]]
    verbs: tuple[str, ...] = ()
    touched: Touch = of_both
    read: Callable[[str, str], tuple[str, str]] | None = None
    words: Callable[[str, str], str] | None = None
    choices: Callable[[], list[tuple[str, str]]] | None = None
    hint: Any = ""
    empty: str = ""
    of_segment: bool = False

    def title(self, language: str) -> str:
        """Return the relation as a sentence says it."""
        return self.fa if language == "fa" else self.en


@dataclass(frozen=True)
class Vocabulary:
    """All there is, by name."""

    words: dict[str, Word]
    facts: dict[str, Fact]
    relations: dict[str, Relation]
    kinds: frozenset[str] = field(default_factory=frozenset)
    purposes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def is_sensitive(self, name: str) -> bool:
        """Return whether no rule may ask for a trait or property of this name."""
        return bool(_SENSITIVE.search(persian.folded(name)) or _SENSITIVE.search(name))


def follows(identities: list[int], value: str) -> set[int]:
    """Return who of these follows a member, named by handle."""
    rows = MemberFollow.objects.filter(
        follower__identity__in=identities, followed__handle=_handle(value), level="following"
    )
    return set(rows.values_list("follower__identity_id", flat=True))


def followed_by(identities: list[int], value: str) -> set[int]:
    """Return whom of these a member follows, named by handle."""
    rows = MemberFollow.objects.filter(
        followed__identity__in=identities, follower__handle=_handle(value), level="following"
    )
    return set(rows.values_list("followed__identity_id", flat=True))


def _handle(value: str) -> str:
    return value.removeprefix("@").lower()


FOLLOWING: Final = (
    "people.member_followed",
    "people.member_unfollowed",
    "people.member_muted",
    "people.member_unmuted",
)
_PROFILE: Final = ("people.profile_edited", "people.settings_changed", "people.member_joined", "people.account_claimed")
_ROLES: Final = tuple(role for role, _ in RoleGrant.ROLES)
OWN_FACTS: Final = (
    Fact("language", "زبانش", "whose language", "text", "language", choices=("fa", "en"), verbs=_PROFILE),
    Fact("place", "جایش", "whose place", "text", "place", verbs=_PROFILE, is_private_for_minors=True),
    Fact("role", "نقشش در گروه همکاران", "whose role in the team", "list", "roles", choices=_ROLES),
    Fact("joined", "پیوسته", "joined", "time", "joined_at", verbs=_PROFILE),
)
OWN_RELATIONS: Final = (
    Relation("follows", "دنبال می‌کند", "follows", follows, verbs=FOLLOWING),
    Relation("followed_by", "دنبالش می‌کند", "is followed by", followed_by, verbs=FOLLOWING),
)
OWN_WORDS: Final = (
    Word(
        "event", "رویداد", "had the event", ("persons.event_tracked",), takes_name=True, name_key="event", inside=("properties",),
        can_filter=True,
    ),
    Word("visited", "صفحه‌ای را دیده", "viewed a page", ("persons.page_viewed",), inside=("properties",), can_filter=True),
    Word("joined_group", "به گروهی پیوسته", "joined a group elsewhere", ("persons.group_joined",)),
)  # fmt: skip
_made: list[Vocabulary] = []


def vocabulary() -> Vocabulary:
    """Return everything that rules can be made of; put together once a process, when all rooms have plugged in."""
    if not _made:
        words = [*OWN_WORDS, *(one for some in plugins.hook.segment_words() for one in some)]
        facts = [*OWN_FACTS, *(one for some in plugins.hook.segment_facts() for one in some)]
        relations = [*OWN_RELATIONS, *(one for some in plugins.hook.segment_relations() for one in some)]
        _made.append(
            Vocabulary(
                {one.name: one for one in words},
                {one.name: one for one in facts},
                {one.name: one for one in relations},
                (frozenset(kinds()) | {"member", "email", "phone"}) - {"card"},
                tuple(one.name for one in purposes()),
                (*ways(), "here"),
            )
        )
    return _made[0]


def forget() -> None:
    """Put the vocabulary together anew, for tests that plug something in."""
    _made.clear()
