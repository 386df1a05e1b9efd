"""Making, changing, pausing and retiring segments."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit import persian
from patogh.people.models import Member
from patogh.segments import asked, limits, relations
from patogh.segments.actions import filling
from patogh.segments.actions.settling import one_at_a_time
from patogh.segments.errors import BadSegment, IsAskedFor, IsRetired, NameTaken, TooManySegments
from patogh.segments.models import DueMoment, Segment, SegmentVersion
from patogh.segments.rules.printing import text_of
from patogh.segments.rules.reading import parse

# A number of our own among PostgreSQL's advisory locks: which segment asks for which changes in one transaction at a time, so
# that two never close a circle.
RULES_LOCK = 0x5E6E8


@action
def make_segment(name: str, rule: str, *, by: Member, about: str = "") -> Segment:
    """Make a segment and have its rule asked of everybody; raises BadRule, BadSegment, NameTaken, TooManySegments."""
    one_at_a_time(RULES_LOCK)
    text = text_of(parse(rule))
    name, about = _named(name), about.strip()[: limits.ABOUT_CHARS_MAX]
    if Segment.objects.filter(retired_at=None)[limits.SEGMENTS_MAX - 1 :].exists():
        raise TooManySegments(most=limits.SEGMENTS_MAX)
    slug = persian.slug(name, 50) or "segment"
    if Segment.objects.filter(name=name, retired_at=None).exists():
        raise NameTaken
    if Segment.objects.filter(slug=slug).exists():
        slug = f"{slug}-{(Segment.objects.order_by('-pk').values_list('pk', flat=True).first() or 0) + 1}"
    segment = Segment.objects.create(slug=slug, name=name, about=about, made_by=by, made_at=timezone.now())
    _begin(segment, text, by)
    record("segments.segment_made", by=by, subject=segment, data={"rule": text})
    return segment


@action
def change_rule(segment: Segment, rule: str, *, by: Member) -> Segment:
    """Give a segment another rule, as a new version of it; raises BadRule, IsRetired."""
    one_at_a_time(RULES_LOCK)
    text = text_of(parse(rule, within=segment.slug))
    segment = _in_use(segment)
    if current_text(segment) == text and segment.state != "broken":
        return unchanged(segment)
    segment.version += 1
    segment.state, segment.broken_why = "filling", ""
    segment.save(update_fields=["version", "state", "broken_why"])
    _begin(segment, text, by)
    record("segments.rule_changed", by=by, subject=segment, data={"rule": text, "version": segment.version})
    return segment


@action
def edit_segment(segment: Segment, name: str, about: str, *, by: Member) -> Segment:
    """Call a segment otherwise; raises BadSegment, NameTaken, IsRetired."""
    segment, name, about = _in_use(segment), _named(name), about.strip()[: limits.ABOUT_CHARS_MAX]
    if (segment.name, segment.about) == (name, about):
        return unchanged(segment)
    if Segment.objects.filter(name=name, retired_at=None).exclude(pk=segment.pk).exists():
        raise NameTaken
    segment.name, segment.about = name, about
    segment.save(update_fields=["name", "about"])
    relations.forget()
    record("segments.segment_edited", by=by, subject=segment)
    return segment


@action
def pause(segment: Segment, *, by: Member) -> Segment:
    """Keep a segment as it is now; nobody enters or leaves until it is resumed."""
    segment = _in_use(segment)
    if segment.state == "paused":
        return unchanged(segment)
    _set_state(segment, "paused")
    record("segments.segment_paused", by=by, subject=segment)
    return segment


@action
def resume(segment: Segment, *, by: Member) -> Segment:
    """Keep a segment live again: its rule is asked of everybody once."""
    segment = _in_use(segment)
    if segment.state != "paused":
        return unchanged(segment)
    _set_state(segment, "filling")
    SegmentVersion.objects.filter(segment=segment, number=segment.version).update(
        last_person=None,
        asking_until=None,
        asked_count=0,
        entered_count=0,
        left_count=0,
        filled_at=None,
        total_count=filling.people_total(),
    )
    filling.begin(segment)
    record("segments.segment_resumed", by=by, subject=segment)
    return segment


@action
def retire(segment: Segment, *, by: Member) -> Segment:
    """Take a segment out of use; its history stays. Raises IsRetired, IsAskedFor."""
    one_at_a_time(RULES_LOCK)
    segment = _in_use(segment)
    asking = sorted(slug for slug, slugs in relations.asking_for().items() if segment.slug in slugs)
    if asking:
        raise IsAskedFor(name=Segment.objects.get(slug=asking[0]).name)
    segment.retired_at = timezone.now()
    segment.save(update_fields=["retired_at"])
    DueMoment.objects.filter(segment=segment).delete()
    asked.forget()
    relations.forget()
    record("segments.segment_retired", by=by, subject=segment)
    return segment


def current_text(segment: Segment) -> str:
    """Return the rule in force."""
    rows = SegmentVersion.objects.filter(segment=segment, number=segment.version)
    return rows.values_list("text", flat=True).first() or ""


def _begin(segment: Segment, text: str, by: Member) -> None:
    """Write a version down and queue its filling."""
    SegmentVersion.objects.create(
        segment=segment, number=segment.version, text=text, made_by=by, made_at=timezone.now(),
        total_count=filling.people_total(),
    )  # fmt: skip
    asked.forget()
    relations.forget()
    filling.begin(segment)


def _set_state(segment: Segment, state: str) -> None:
    segment.state = state
    segment.save(update_fields=["state"])
    asked.forget()


def _in_use(segment: Segment) -> Segment:
    row = Segment.objects.select_for_update().get(pk=segment.pk)
    if row.retired_at is not None:
        raise IsRetired
    return row


def _named(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not 0 < len(name) <= limits.NAME_CHARS_MAX:
        raise BadSegment(most=limits.NAME_CHARS_MAX)
    return name
