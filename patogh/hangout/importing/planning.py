"""Deciding what of a dump is new, what is here already, what changed and what cannot come in.

It only reads, so that a dry run and a real one say the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from patogh.hangout.actions.writing import tag_key
from patogh.hangout.importing import scratch as scratch_file
from patogh.hangout.importing.pictures import Picture, Pictures
from patogh.hangout.importing.records import MemberRecord, PostRecord, Skipped
from patogh.hangout.importing.report import Report
from patogh.hangout.importing.scratch import Group
from patogh.hangout.importing.texts import Text, Texts
from patogh.hangout.models import ImportedThing, Tag
from patogh.kit import limits, markup, persian
from patogh.people.models import StagedMember

_KEYS_AT_ONCE: Final = 500
_SCORE_MAX: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Ready:
    """A record that is new here, and its text."""

    record: PostRecord
    text: Text
    pictures: tuple[Picture, ...] = ()

    @property
    def rendered(self) -> markup.Rendered:
        """The text made ready to show."""
        assert self.text.rendered is not None  # noqa: S101 - a record without one is not ready
        return self.text.rendered

    @property
    def score(self) -> int:
        """Votes and thanks of the other house together, within 32 bits."""
        return max(-_SCORE_MAX, min(_SCORE_MAX, self.record.score + self.record.likes))

    @property
    def picture(self) -> str:
        """The first picture that came along, as lists show it, or an empty string."""
        shown = self.rendered.pictures
        return next((path.removeprefix("/media/")[:120] for path in shown), "")

    @property
    def title(self) -> str:
        """The title as it will stand: one line, cut to the limit; without one, the beginning of the text."""
        given = persian.name_clean(self.record.title) or markup.excerpt(self.rendered.text, 80)
        longest = limits.TITLE_CHARS_MAX
        return given if len(given) <= longest else markup.excerpt(given, longest - 1)


@dataclass(slots=True)
class ReadyGroup:
    """What is to be written of one topic: with `opening` where the topic itself is new; `accepted` is a post's key."""

    topic: str
    opening: Ready | None = None
    posts: list[Ready] = field(default_factory=list)
    accepted: str = ""


@dataclass(slots=True)
class Batch:
    """What one transaction writes."""

    groups: list[ReadyGroup] = field(default_factory=list)
    members: list[MemberRecord] = field(default_factory=list)

    def records(self) -> list[Ready]:
        """Return everything new, openings first within their topic."""
        return [ready for group in self.groups for ready in ([group.opening] if group.opening else []) + group.posts]


@dataclass(slots=True)
class Begun:
    """Groups whose new texts are being made; `known` is what was here before, `settled` the topics whose acceptance came."""

    groups: list[Group]
    known: dict[str, ImportedThing]
    settled: set[str]
    new: list[PostRecord]
    pictures: list[tuple[Picture, ...]]
    texts: Iterator[Text]


@dataclass(slots=True)
class _Topic:
    """The topic whose groups are being planned; `lost` says why nothing of it can come in."""

    key: str = ""
    lost: str = ""
    met_accepted: bool = False


class Planner:
    """Walks over the groups of one dump and notes figures in `report`."""

    def __init__(self, pictures: Pictures, source_key: str, scratch: sqlite3.Connection, report: Report) -> None:
        """Plan the import of the source of `pictures`, whose imported things go by `source_key`."""
        self.source = pictures.source
        self.pictures = pictures
        self.source_key = source_key
        self.scratch = scratch
        self.report = report
        self.topic = _Topic()

    def begin(self, groups: list[Group], texts: Texts) -> Begun:
        """Look up what of these groups is here, and let the texts of the rest be made."""
        records = [record for group in groups for record in _records(group)]
        known = imported(
            self.source_key,
            ("topic", "post"),
            [*(record.key for record in records), *(group.topic for group in groups)],
        )
        settled = imported(self.source_key, ("accepted",), [group.topic for group in groups if group.accepted])
        new = [record for record in records if record.key not in known]
        bodies, pictures = self.pictures.taken(new)
        return Begun(groups, known, set(settled), new, pictures, texts(bodies))

    def finish(self, begun: Begun) -> Batch:
        """Return what is to be written of groups that were begun; they are finished in the order in which they were begun."""
        made = zip(begun.new, begun.texts, begun.pictures, strict=True)
        ready = {record.key: Ready(record, text, pictures) for record, text, pictures in made}
        batch = Batch()
        for group in begun.groups:
            planned = ReadyGroup(group.topic, self._opening(group, begun.known, ready))
            planned.posts = [post for record in group.posts if (post := self._taken(record, begun.known, ready))]
            planned.accepted = "" if group.topic in begun.settled else self._accepted(group, begun.known, planned)
            if planned.opening or planned.posts or planned.accepted:
                batch.groups.append(planned)
        self._count(batch)
        return batch

    def _opening(self, group: Group, known: dict[str, ImportedThing], ready: dict[str, Ready]) -> Ready | None:
        """Turn to the topic of a group; return its opening post if that is new."""
        if group.topic != self.topic.key:
            self.topic = _Topic(group.topic)
            if group.opening is None and group.topic not in known:
                self.topic.lost = f"its topic {group.topic} is not in the file"
        if group.opening is None:
            return None
        opening = self._taken(group.opening, known, ready)
        if opening is None and group.topic not in known:
            self.topic.lost = f"its topic {group.topic} could not come in"
        return opening

    def _taken(self, record: PostRecord, known: dict[str, ImportedThing], ready: dict[str, Ready]) -> Ready | None:
        """Return a record if it is new and can come in; note what it is otherwise."""
        here = known.get(record.key)
        if here is not None:
            self.report.already += 1
            if here.digest != record.digest:
                self.report.leave(Skipped(record.line, record.key, "the row says something else now"))
            return None
        why = self.topic.lost or ready[record.key].text.why
        if why:
            self.report.skip(Skipped(record.line, record.key, why))
        return None if why else ready[record.key]

    def _accepted(self, group: Group, known: dict[str, ImportedThing], planned: ReadyGroup) -> str:
        """Return the key of the answer to accept once the last group of a topic is met, or an empty string."""
        here = {record.key for record in group.posts if record.key in known} | {
            post.record.key for post in planned.posts
        }
        self.topic.met_accepted = self.topic.met_accepted or group.accepted in here
        if not group.last or not group.accepted or self.topic.lost:
            return ""
        if not self.topic.met_accepted:
            self.report.remarks["questions whose accepted answer is not among their answers"] += 1
            return ""
        self.report.new["accepted"] += 1
        return group.accepted

    def _count(self, batch: Batch) -> None:
        """Note what the batch brings, and find out who of its authors has to be staged."""
        records = batch.records()
        self.report.new["topics"] += sum(group.opening is not None for group in batch.groups)
        self.report.new["posts"] += sum(len(group.posts) for group in batch.groups)
        if pictures := sum(len(ready.pictures) for ready in records):
            self.report.new["pictures"] += pictures
        batch.members = self.new_members({ready.record.author for ready in records})
        self.report.new["members"] += len(batch.members)
        self.report.new["tags"] += self._new_tags({tag for ready in records for tag in tag_names(ready.record.tags)})

    def new_members(self, keys: set[str]) -> list[MemberRecord]:
        """Return those who are not staged yet, in a stable order."""
        staged: set[str] = set()
        for some in _chunks(sorted(keys)):
            staged |= set(
                StagedMember.objects.filter(source=self.source_key, source_key__in=some).values_list(
                    "source_key", flat=True
                )
            )
        fresh = {key for key in keys - staged if scratch_file.is_first(self.scratch, f"member:{key}")}
        found = scratch_file.members(self.scratch, fresh)
        return [_named(found[key], self.source.unnamed(key)) for key in sorted(fresh)]

    def _new_tags(self, names: set[str]) -> int:
        """Return how many tags nobody used before."""
        keys = {tag_key(name) for name in names}
        here = {
            key
            for some in _chunks(sorted(keys))
            for key in Tag.objects.filter(key__in=some).values_list("key", flat=True)
        }
        return sum(scratch_file.is_first(self.scratch, f"tag:{key}") for key in keys - here)


def imported(source_key: str, kinds: Sequence[str], keys: Iterable[str]) -> dict[str, ImportedThing]:
    """Return what came with earlier imports, by key."""
    found: dict[str, ImportedThing] = {}
    for some in _chunks(sorted(set(keys))):
        found |= {
            thing.key: thing for thing in ImportedThing.objects.filter(source=source_key, kind__in=kinds, key__in=some)
        }
    return found


def tag_names(given: Sequence[str]) -> list[str]:
    """Return the tags of a topic as they are kept: clean, each once, no more than a topic may have."""
    clean = (persian.name_clean(tag).lstrip("#").replace("/", " ").strip()[: limits.TAG_CHARS_MAX] for tag in given)
    names = {key: name for name in clean if (key := tag_key(name))}
    return list(names.values())[: limits.TOPIC_TAGS_MAX]


def topic_language(opening: Ready) -> str:
    """Return "fa" or "en", by the first letter of the title."""
    return "fa" if persian.is_rtl(opening.title) else "en"


def _records(group: Group) -> list[PostRecord]:
    return ([group.opening] if group.opening else []) + group.posts


def _named(record: MemberRecord, unnamed: MemberRecord) -> MemberRecord:
    """Return a member with a name that can be shown."""
    name = persian.name_clean(record.name) or persian.name_clean(unnamed.name) or unnamed.key
    return replace(record, name=name[: limits.NAME_CHARS_MAX])


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[start : start + _KEYS_AT_ONCE]
