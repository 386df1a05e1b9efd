"""Recorded payloads of every connector, read from its own folder.

`fixtures/settings.json` are settings that work; SERVER in a text is the test server's host:port, "PORT" its port, "HOST" its host.
`fixtures/*.case.json` is one case each: `what` in words; either `call` (method, tail, query, headers, and `body` as JSON or
text, or `file` beside it) or `answers` of a server (each `path` contained in the request's, `status`, `headers`, `body` or
`file`) for a poll from `cursor`, with the `mails` (files beside it) that lie in the mailbox or the `events` that the stream
tells; `settings` over the others; and `expected` arrivals, each a part of the arrival's fields.
A folder whose calls are signed brings `testing.py` with `signed(settings, call) -> Call`.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from patogh.channels.connectors import registry
from patogh.channels.connectors.contract import Arrival, Call, Connector

AT_TIME = "2026-11-23T00:30:00+00:00"  # when calls of cases come, so cases speak of earlier times


@dataclass(frozen=True)
class Case:
    """One recorded payload."""

    connector: str
    name: str
    facts: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.connector}-{self.name}"


def folder(connector: Connector) -> Path:
    """Return where a connector lives."""
    return Path(sys.modules[type(connector).__module__].__file__ or "").parent


def built_in() -> list[str]:
    """Return the house's connectors that are there, by name."""
    return sorted(set(registry.connectors()) & set(registry.BUILT_IN))


def cases(name: str) -> list[Case]:
    """Return the cases of a connector; a case may say `connector` where a folder brings several."""
    found = []
    for path in sorted((folder(registry.connector(name)) / "fixtures").glob("*.case.json")):
        facts = json.loads(path.read_text("utf-8"))
        if facts.get("connector", name) == name:
            found.append(Case(name, path.name.removesuffix(".case.json"), facts))
    return found


def calls() -> list[Case]:
    """Return every case of a call to our address."""
    return [case for name in built_in() for case in cases(name) if "call" in case.facts]


def polls() -> list[Case]:
    """Return every case of asking what is new."""
    return [case for name in built_in() for case in cases(name) if {"answers", "mails", "events"} & set(case.facts)]


def settings_of(name: str, host: str, over: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return settings that work against a server."""
    here = folder(registry.connector(name)) / "fixtures"
    path = here / f"settings.{name}.json"
    said = json.loads((path if path.exists() else here / "settings.json").read_text("utf-8"))
    return {key: _placed(value, host) for key, value in {**said, **(over or {})}.items()}


def call_of(case: Case, settings: dict[str, Any], at: Any) -> Call:
    """Return the call of a case, signed."""
    said = case.facts["call"]
    body = payload(case, said, "")
    headers = {key.lower(): str(value) for key, value in said.get("headers", {}).items()}
    call = Call(said.get("method", "POST"), said.get("tail", ""), said.get("query", {}), headers, body, at)
    return signed(case.connector, settings, call)


def signed(name: str, settings: dict[str, Any], call: Call) -> Call:
    """Return a call as its sender would sign it."""
    module = f"{type(registry.connector(name)).__module__.rpartition('.')[0]}.testing"
    if importlib.util.find_spec(module) is None:
        return call
    return importlib.import_module(module).signed(settings, call)


def payload(case: Case, said: dict[str, Any], host: str) -> bytes:
    """Return a body: a file beside the case, a text as it stands, or JSON."""
    if "file" in said:
        return (folder(registry.connector(case.connector)) / "fixtures" / said["file"]).read_bytes()
    body = said.get("body", "")
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).replace("SERVER", host).encode()


def as_json(arrival: Arrival) -> dict[str, Any]:
    """Return an arrival as a case writes it."""
    return json.loads(
        json.dumps(
            asdict(arrival), default=lambda value: value.isoformat() if hasattr(value, "isoformat") else len(value)
        )
    )


def part_of(expected: Any, found: Any) -> bool:
    """Whether everything that is expected is found; objects may hold more."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(key in found and part_of(value, found[key]) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(part_of, expected, found))
    return expected == found


def _placed(value: Any, host: str) -> Any:
    if value in {"PORT", "HOST"} if isinstance(value, str) else False:
        return int(host.rpartition(":")[2]) if value == "PORT" else host.rpartition(":")[0]
    return value.replace("SERVER", host) if isinstance(value, str) else value
