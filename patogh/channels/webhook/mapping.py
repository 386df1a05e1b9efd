"""Rules that read somebody else's JSON: one line a field, `field = path.to.0.value` or `field = "always this"`."""

from __future__ import annotations

import json
import re
from typing import Any, Final

FIELDS: Final = frozenset(
    {
        "key", "type", "at", "text", "subject", "thread", "reply_to", "url", "data", "event",
        "who.kind", "who.value", "who.name", "who.email", "who.phone",
    }
)  # fmt: skip
# Our own form, for a program that can be told what to send.
OWN: Final = {
    "key": "id", "type": "type", "at": "at", "text": "text", "subject": "subject", "thread": "thread", "reply_to": "reply_to",
    "url": "url", "data": "data", "event": "event", "who.kind": "from.kind", "who.value": "from.value", "who.name": "from.name",
    "who.email": "from.email", "who.phone": "from.phone",
}  # fmt: skip
_LINE: Final = re.compile(r"([a-z_.]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^\s\"=]+)")
RULES_MAX: Final = 40
STEPS_MAX: Final = 12


def rules(said: str) -> dict[str, str]:
    """Return the rules of a text by field, our own form where there are none; raises ValueError(line)."""
    found: dict[str, str] = {}
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.strip().startswith("#")]
    for line in lines:
        match = _LINE.fullmatch(line)
        if not match or match[1] not in FIELDS or len(found) >= RULES_MAX:
            raise ValueError(line[:80])
        found[match[1]] = match[2]
    return found or dict(OWN)


def value(said: Any, rule: str) -> Any:
    """Return what a rule finds in some JSON, or None."""
    if rule.startswith('"'):
        return json.loads(rule)
    for step in rule.split(".")[:STEPS_MAX]:
        if isinstance(said, dict):
            said = said.get(step)
        elif isinstance(said, list) and step.isdecimal() and int(step) < len(said):
            said = said[int(step)]
        else:
            return None
    return said


def read(said: Any, known: dict[str, str]) -> dict[str, Any]:
    """Return what each field's rule finds."""
    return {field: value(said, rule) for field, rule in known.items()}


def words(value: Any) -> str:
    """Return a value as text: numbers too, for programs that send them bare; "" for what is neither."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
