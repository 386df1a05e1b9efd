"""Nouns of segments."""

from patogh.segments.models.membership import DueMoment, Membership, Moved, SegmentDay, Touched
from patogh.segments.models.segments import RuleCount, Segment, SegmentVersion

__all__ = ["DueMoment", "Membership", "Moved", "RuleCount", "Segment", "SegmentDay", "SegmentVersion", "Touched"]
