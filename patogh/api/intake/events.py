"""One raw event as facts of the road, or the fault for which it is refused."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from patogh.api.intake import clocks, limits
from patogh.api.intake.errors import Fault
from patogh.api.intake.keys import Holder
from patogh.kit.ids import uuid7
from patogh.people import kinds
from patogh.persons.actions import events as road
from patogh.persons.actions.events import EventFacts, Known

CALLS: Final = ("identify", "track", "page", "screen", "group", "alias")
SHORT: Final = {
    "i": "identify",
    "t": "track",
    "p": "page",
    "s": "screen",
    "g": "group",
    "a": "alias",
    "b": "batch",
    "import": "batch",
}
_NOBODY: Final = re.compile(
    r"[0\-\s]*|-1|null|undefined|none|nil|nan|anonymous|guest|unknown|true|false|\[object object\]", re.IGNORECASE
)
_UNGUESSABLE: Final = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
_CONTEXT: Final = ("campaign", "page", "screen", "locale", "timezone", "referrer", "groupId")
_PAGE: Final = ("path", "url", "referrer", "title", "search")
_WRITTEN: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
).encode
_CONTACTS: Final = (("email", "email"), ("phone", "phone"))


@dataclass(frozen=True, slots=True)
class Read:
    """An event that can be kept: its facts, and warnings for its sender."""

    facts: EventFacts
    warnings: tuple[str, ...]
    call: str
    name: str


def read(raw: Any, holder: Holder, received: dt.datetime, sent: object = None, context: object = None) -> Read:
    """Return one event as facts; raises Fault. `sent` and `context` are what its batch says for all."""
    if not isinstance(raw, dict):
        raise Fault("not_an_object")
    _check_whole(raw)
    call = raw.get("type")
    if not isinstance(call, str) or call.lower() not in CALLS:
        raise Fault("type_unknown", "type")
    call = call.lower()
    happened_at, warning = _when(raw, received, sent)
    who = _alias(raw, holder) if call == "alias" else _who(raw, holder)
    around = _object(raw, "context") or (context if isinstance(context, dict) else {})
    verb, data, traits, name = _PARTS[call](raw)
    also, unread = _contacts(traits, holder) if call == "identify" else ((), False)
    data |= {"source": holder.name} | ({"context": kept} if (kept := _kept_context(around)) else {})
    facts = EventFacts(
        verb=verb, who=who, source=holder.label, key=_message_id(raw), happened_at=happened_at, data=data,
        traits=traits if call == "identify" else {}, also=also, is_proved=holder.is_trusted,
    )  # fmt: skip
    warnings = tuple(filter(None, (warning, "contact_unreadable" if unread else "")))
    return Read(facts, warnings, call, name)


def shape(raw: Any) -> str:
    """Return the names of an event with the kinds of their values, and none of the values."""
    if not isinstance(raw, dict):
        return type(raw).__name__
    parts = (f"{str(name)[:40]}: {_kind(value)}" for name, value in list(raw.items())[:20])
    return ", ".join(parts).encode("utf-8", "replace").decode().replace("\0", "?")[:400]


def label(raw: Any, name: str, most: int) -> str:
    """Return a short text of an event for a list, whatever was sent there."""
    value = raw.get(name) if isinstance(raw, dict) else None
    text = value if isinstance(value, str) else ""
    return text[:most].encode("utf-8", "replace").decode().replace("\0", "?")


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return f"text({len(value)})"
    if isinstance(value, list | dict):
        return f"{'list' if isinstance(value, list) else 'object'}({len(value)})"
    return "nothing" if value is None else type(value).__name__


def _check_whole(raw: dict[str, Any]) -> None:
    """Refuse what no database keeps: too deep, too large, numbers without end, broken text."""
    level: list[Any] = [raw]
    for _ in range(limits.LEVELS_MAX + 1):
        level = _below(level)
        if not level:
            break
    if level:
        raise Fault("too_deep")
    _check_text(raw)


def _below(level: list[Any]) -> list[Any]:
    """Return the objects and lists within these, one level down; refuses a number that is too large."""
    found = []
    for one in level:
        for value in one.values() if isinstance(one, dict) else one:
            if isinstance(value, str):
                continue
            if type(value) is int and abs(value) > limits.NUMBER_MAX:
                raise Fault("number_too_large")
            if isinstance(value, (dict, list)):
                found.append(value)
    return found


def _check_text(raw: dict[str, Any]) -> None:
    try:
        text = _WRITTEN(raw)
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise Fault("text_broken") from error
    except ValueError as error:
        raise Fault("number_too_large") from error
    if "\\u0000" in text and "\0" in text.replace("\\\\", "").replace("\\u0000", "\0"):
        raise Fault("text_broken")
    if size > limits.EVENT_BYTES_MAX:
        raise Fault("event_too_large")


def _when(raw: dict[str, Any], received: dt.datetime, sent: object) -> tuple[dt.datetime, str]:
    field = "timestamp" if raw.get("timestamp") else "originalTimestamp"
    said = clocks.moment(raw.get(field), field)
    own = raw.get("sentAt")
    try:
        sent_at = clocks.moment(own or sent, "sentAt")
    except Fault:
        sent_at = None  # a clock that cannot be read mends nothing, and need not cost the event
    return clocks.happened(said, sent_at, received)


def _who(raw: dict[str, Any], holder: Holder) -> tuple[Known, ...]:
    """Return whom an event names, the user before the browser; raises Fault when it is nobody."""
    user, anonymous = _id(raw, "userId"), _id(raw, "anonymousId")
    if not user and not anonymous:
        raise Fault("id_missing", "userId")
    return (*([_user(user, holder)] if user else ()), *([_anonymous(anonymous, holder)] if anonymous else ()))


def _alias(raw: dict[str, Any], holder: Holder) -> tuple[Known, ...]:
    """Return the two names that an alias call says are one."""
    user, previous = _id(raw, "userId"), _id(raw, "previousId")
    if not user or not previous:
        raise Fault("previous_missing", "previousId" if user else "userId")
    is_browser = _UNGUESSABLE.fullmatch(previous) is not None
    return _user(user, holder), (_anonymous(previous, holder) if is_browser else _user(previous, holder))


def _id(raw: dict[str, Any], field: str) -> str:
    """Return an id as text, "" for none; raises Fault for one that is no id, or means nobody."""
    value = raw.get(field)
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Fault("id_wrong", field)
    text = str(value).strip()
    if len(text) > limits.ID_CHARS_MAX:
        raise Fault("id_too_long", field)
    if _NOBODY.fullmatch(text):
        raise Fault("id_meaningless", field)
    if not text.isprintable():
        raise Fault("id_wrong", field)
    return text


def _user(text: str, holder: Holder) -> Known:
    return _known("segment-user", f"{holder.users}:{text}", is_verified=holder.is_trusted, field="userId")


def _anonymous(text: str, holder: Holder) -> Known:
    """Return a browser: by its cookie alone where nobody can guess that, else as this source's own visitor."""
    if _UNGUESSABLE.fullmatch(text):
        return _known("cookie", text.lower(), is_verified=False, field="anonymousId")
    return _known("segment-anonymous", f"{holder.users}:{text}", is_verified=False, field="anonymousId")


def _known(kind: str, value: str, *, is_verified: bool, field: str) -> Known:
    plain = kinds.readable(kind, value)
    if not plain:
        raise Fault("id_wrong", field)
    return kind, plain, is_verified


def _contacts(traits: dict[str, Any], holder: Holder) -> tuple[tuple[Known, ...], bool]:
    """Return the addresses and numbers that traits name, and whether one of them could not be read."""
    found, unread = [], False
    for name, kind in _CONTACTS:
        value = traits.get(name)
        if isinstance(value, str) and value.strip():
            plain = kinds.readable(kind, value)
            found += [(kind, plain, holder.proves_contact)] if plain else []
            unread |= not plain
    return tuple(found), unread


def _message_id(raw: dict[str, Any]) -> str:
    """Return the key by which an event is known again; one without a messageId is never known again."""
    value = raw.get("messageId")
    if value is None or value == "":
        return f"made:{uuid7()}"
    if not isinstance(value, str) or len(value) > limits.MESSAGE_ID_CHARS_MAX:
        raise Fault("message_id_wrong", "messageId")
    return value


def _object(raw: dict[str, Any], field: str) -> dict[str, Any]:
    value = raw.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Fault("object_wrong", field)
    return value


def _name(raw: dict[str, Any], field: str) -> str:
    value = raw.get(field)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limits.NAME_CHARS_MAX:
        raise Fault("name_wrong", field)
    return value.strip()


def _kept_context(context: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of a context: where it came from, and neither the address of the network nor the device."""
    kept = {name: context[name] for name in _CONTEXT if context.get(name)}
    page = kept.get("page")
    if isinstance(page, dict):
        kept["page"] = {name: page[name] for name in _PAGE if page.get(name)}
    return kept


Parts = tuple[str, dict[str, Any], dict[str, Any], str]


def _identify(raw: dict[str, Any]) -> Parts:
    traits = _object(raw, "traits")
    if len(traits) > limits.TRAITS_AN_EVENT_MAX:
        raise Fault("too_many_traits", "traits")
    return road.TRAITS_SAID, {"traits": sorted(road.flat(traits))}, traits, ""


def _track(raw: dict[str, Any]) -> Parts:
    name = _name(raw, "event")
    if not name:
        raise Fault("event_missing", "event")
    return road.EVENT_TRACKED, {"event": name, "properties": _object(raw, "properties")}, {}, name


def _page(raw: dict[str, Any]) -> Parts:
    data = {"page": _name(raw, "name"), "category": _name(raw, "category"), "properties": _object(raw, "properties")}
    return road.PAGE_VIEWED, {key: value for key, value in data.items() if value}, {}, str(data["page"])


def _screen(raw: dict[str, Any]) -> Parts:
    verb, data, traits, name = _page(raw)
    return verb, data | {"is_screen": True}, traits, name


def _group(raw: dict[str, Any]) -> Parts:
    group = _id(raw, "groupId")
    if not group:
        raise Fault("group_missing", "groupId")
    return road.GROUP_JOINED, {"group": group, "traits": _object(raw, "traits")}, {}, group


def _aliased(_raw: dict[str, Any]) -> Parts:
    return road.ALIASED, {}, {}, ""


_PARTS: Final = {
    "identify": _identify,
    "track": _track,
    "page": _page,
    "screen": _screen,
    "group": _group,
    "alias": _aliased,
}
