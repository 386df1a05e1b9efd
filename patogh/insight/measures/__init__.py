"""The measures, one file each. Every file says its formula, population, window, exclusions and source."""

from collections.abc import Callable
from typing import Any

from patogh.insight.measures import agreement, answers, flags, load, queue
from patogh.insight.measures.window import Window

MEASURES: dict[str, Callable[[Window], dict[str, Any]]] = {
    "queue": queue.measured,
    "load": load.measured,
    "flags": flags.measured,
    "agreement": agreement.measured,
    "answers": answers.measured,
}

__all__ = ["MEASURES", "Window"]
