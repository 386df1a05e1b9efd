"""Verbs of segments."""

from patogh.segments.actions.counting import ask_count, count_on, forget_counts
from patogh.segments.actions.exporting import export_members
from patogh.segments.actions.filling import fill_on
from patogh.segments.actions.following import follow_some, turn_some
from patogh.segments.actions.leaving import forget_person
from patogh.segments.actions.moving import note_moved, part_from, spread_some
from patogh.segments.actions.segments import change_rule, edit_segment, make_segment, pause, resume, retire
from patogh.segments.actions.touching import touch_identities, touch_persons

__all__ = [
    "ask_count", "change_rule", "count_on", "edit_segment", "export_members", "fill_on", "follow_some", "forget_counts",
    "forget_person", "make_segment", "note_moved", "part_from", "pause", "resume", "retire", "spread_some", "touch_identities",
    "touch_persons", "turn_some",
]  # fmt: skip
