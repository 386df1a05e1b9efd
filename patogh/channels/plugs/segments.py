"""What rules of segments may ask of channels: who wrote to us and who spoke of us."""

from __future__ import annotations

import sys

from patogh.kit.hooks import hookimpl, plug
from patogh.segments.vocabulary import Word


@hookimpl
def segment_words() -> list[Word]:
    """Return what can be counted."""
    return [
        Word("wrote", "به ما نوشته", "wrote to us", ("channels.message_received",), can_filter=True),
        Word("mentioned", "از ما گفته", "spoke of us", ("channels.mention_found",), can_filter=True),
    ]


plug(sys.modules[__name__])
