"""What rules of segments may ask of trust: the level that somebody has come to."""

from __future__ import annotations

import sys

from patogh.kit.hooks import hookimpl, plug
from patogh.segments.vocabulary import Fact, of_subject_member


@hookimpl
def segment_facts() -> list[Fact]:
    """Return what can be compared."""
    verbs = ("trust.level_changed", "trust.level_given")
    return [
        Fact(
            "trust", "پلهٔ اعتمادش", "whose trust level", "number", "trust_level", verbs=verbs, touched=of_subject_member
        )
    ]


plug(sys.modules[__name__])
