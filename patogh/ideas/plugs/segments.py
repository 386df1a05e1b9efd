"""What rules of segments may ask of ideas: proposing and standing behind one."""

from __future__ import annotations

from patogh.kit.hooks import hookimpl
from patogh.segments.vocabulary import Word


@hookimpl
def segment_words() -> list[Word]:
    """Return what can be counted."""
    return [
        Word("proposed", "ایده داده", "proposed an idea", ("ideas.idea_submitted",)),
        Word("supported", "پشت ایده‌ای ایستاده", "stood behind an idea", ("ideas.support_given",)),
    ]
