"""The road: everything anyone does is one activity, recorded by the action that did it.

`action` and `upkeep` open the one door for writes; `record` appends the activity; `verb` says what can happen;
`watch` reads in the same transaction; `after` names the tasks that run once it is committed. The names load on first
use, because Django imports this package before its models may be.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patogh.activity.door import action, unchanged, upkeep
    from patogh.activity.jobs import enqueue, every, task
    from patogh.activity.registry import Verb, after, verb, verbs, watch
    from patogh.activity.road import record

__all__ = [
    "Verb",
    "action",
    "after",
    "enqueue",
    "every",
    "record",
    "task",
    "unchanged",
    "upkeep",
    "verb",
    "verbs",
    "watch",
]
_HOMES = {
    "action": "door", "unchanged": "door", "upkeep": "door", "enqueue": "jobs", "every": "jobs", "task": "jobs",
    "record": "road",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"patogh.activity.{_HOMES.get(name, 'registry')}"), name)
