"""What can happen: verbs with their ActivityStreams 2.0 types and phrases, and who listens to them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from patogh.activity.models import Activity

Visibility = Literal["public", "members", "staff"]

# https://www.w3.org/TR/activitystreams-vocabulary/#activity-types
_WORDS = """
    Accept Add Announce Arrive Block Create Delete Dislike Flag Follow Ignore Invite Join Leave Like Listen Move Offer
    Question Read Reject Remove TentativeAccept TentativeReject Travel Undo Update View
"""
ACTIVITY_TYPES = frozenset(_WORDS.split())


@dataclass(frozen=True)
class Verb:
    """One thing that can happen. The phrases may name {actor}, {subject} and {target}."""

    name: str
    type: str
    fa: str
    en: str
    visible: Visibility

    def phrase(self, language: str) -> str:
        """Return the phrase in `language` ("fa" or "en")."""
        return self.fa if language == "fa" else self.en


Watcher = Callable[["Activity"], None]
_verbs: dict[str, Verb] = {}
_watchers: defaultdict[str, list[Watcher]] = defaultdict(list)
_many: "dict[Watcher, Callable[[list[Activity]], None]]" = {}
_after: defaultdict[str, list[str]] = defaultdict(list)


def verb(name: str, *, type: str, fa: str, en: str, visible: Visibility) -> Verb:  # noqa: A002 - the field's own word
    """Register a verb `room.noun_verbed`; raises ValueError for an unknown type or a second registration."""
    if type not in ACTIVITY_TYPES:
        raise ValueError(f"{name}: {type} is no ActivityStreams 2.0 activity type")
    made = Verb(name, type, fa, en, visible)
    if _verbs.setdefault(name, made) != made:
        raise ValueError(f"{name} is registered twice")
    return made


def verbs() -> dict[str, Verb]:
    """Return every registered verb by name."""
    return dict(_verbs)


def known(name: str) -> Verb:
    """Return the verb called `name`; raises LookupError when no room registered it."""
    return _verbs[name]


def watch(name: str, *, many: "Callable[[list[Activity]], None] | None" = None) -> Callable[[Watcher], Watcher]:
    """Run the decorated function in the transaction of each activity with this verb ("*": all), before it commits.

    `many` stands for it where a batch is recorded: it is called once with all of them.
    """

    def keep(watcher: Watcher) -> Watcher:
        _watchers[name].append(watcher)
        if many is not None:
            _many[watcher] = many
        return watcher

    return keep


def many_of(watcher: Watcher) -> "Callable[[list[Activity]], None] | None":
    """Return what stands for a watcher where a batch is recorded."""
    return _many.get(watcher)


def watchers(name: str) -> list[Watcher]:
    """Return who watches this verb, the catch-all watchers last."""
    return _watchers[name] + _watchers["*"]


def after(name: str, task_name: str) -> None:
    """Enqueue the task `task_name` with `activity=<id>` once an activity with this verb is committed."""
    if task_name not in _after[name]:
        _after[name].append(task_name)


def tasks_after(name: str) -> list[str]:
    """Return the tasks that follow this verb."""
    return _after[name] + _after["*"]
