"""Asking an AT Protocol server as our account: a session that is kept in this process and renewed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from patogh.channels.connectors import facts
from patogh.channels.connectors.client import retry_after_s
from patogh.channels.connectors.contract import Running, SetupBroken, TryLater, Turned
from patogh.kit.egress import Fetched

RESET_S_MAX: Final = 24 * 3600
SESSIONS_MAX: Final = 100


@dataclass(slots=True)
class Session:
    """Who we are, and the two words that show it."""

    did: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


_sessions: dict[str, Session] = {}


def session(setup: Running) -> Session:
    """Return the session of a setup, begun where there is none; raises SetupBroken for a wrong password."""
    key = _key(setup)
    if key not in _sessions:
        if len(_sessions) >= SESSIONS_MAX:
            _sessions.clear()
        said = {"identifier": setup.settings["handle"], "password": setup.settings["password"]}
        _sessions[key] = _begun(_post(setup, "com.atproto.server.createSession", said, ""))
    return _sessions[key]


def forget() -> None:
    """Forget every session of this process."""
    _sessions.clear()


def get(setup: Running, method: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Call a query as our account."""
    return _renewed(setup, lambda access: _get(setup, method, said, access))


def post(setup: Running, method: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Call a procedure as our account."""
    return _renewed(setup, lambda access: _post(setup, method, said, access))


def open_get(setup: Running, method: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Call a query that needs no account."""
    return _read(_get(setup, method, said, ""))


def _renewed(setup: Running, ask: Any) -> dict[str, Any]:
    """Ask; when the session is over, renew it and ask once more."""
    got = ask(session(setup).access)
    if _is_over(got):
        _renew(setup)
        got = ask(session(setup).access)
    return _read(got)


def _renew(setup: Running) -> None:
    """Renew the session by its own word; where that is over too, the next asking begins a new one."""
    old = _sessions.pop(_key(setup))
    got = _post(setup, "com.atproto.server.refreshSession", None, old.refresh)
    if got.status == 200:
        _sessions[_key(setup)] = _begun(got)


def _is_over(got: Fetched) -> bool:
    return (got.status in {400, 401} and b"ExpiredToken" in got.body) or got.status == 401


def _begun(got: Fetched) -> Session:
    said = _read(got)
    did, access, refresh = (facts.line(said.get(name), 4000) for name in ("did", "accessJwt", "refreshJwt"))
    if not did.startswith("did:") or not access:
        raise SetupBroken(_("The server gave no session for this account."))
    return Session(did, access, refresh)


def _get(setup: Running, method: str, said: Mapping[str, Any], access: str) -> Fetched:
    url = f"{setup.settings['server']}/xrpc/{method}?{urlencode(said, doseq=True)}"
    got: Fetched = setup.http.request("GET", url, headers=_headers(access), passes=(429,))
    return _patient(setup, got)


def _post(setup: Running, method: str, said: Mapping[str, Any] | None, access: str) -> Fetched:
    url = f"{setup.settings['server']}/xrpc/{method}"
    how: dict[str, Any] = {} if said is None else {"json": dict(said)}
    got: Fetched = setup.http.request("POST", url, headers=_headers(access), passes=(429,), **how)
    return _patient(setup, got)


def _headers(access: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access}"} if access else {}


def _patient(setup: Running, got: Fetched) -> Fetched:
    """Raise TryLater where the server has counted too much of ours; it says when in `ratelimit-reset` (Unix seconds)."""
    if got.status != 429:
        return got
    until = facts.whole(got.headers.get("ratelimit-reset", "").strip())
    left_s = None if until is None else min(max(until - setup.now().timestamp(), 1.0), RESET_S_MAX)
    after_s = left_s or retry_after_s(got.headers.get("retry-after", ""), setup.now())
    raise TryLater(_("The server asks for a pause."), after_s=after_s)


def _read(got: Fetched) -> dict[str, Any]:
    """Return what was answered; raises what a refusal means."""
    if got.status == 200:
        return facts.obj(facts.loads(got.body))
    try:
        said = facts.obj(facts.loads(got.body))
    except Exception:  # noqa: BLE001 - a refusal may be written in any way
        said = {}
    if got.status == 401:
        raise SetupBroken(_("The server does not accept this account and password."))
    raise Turned(facts.line(said.get("message"), 200) or _("The server refused this."))


def _key(setup: Running) -> str:
    said = [str(setup.settings[name]) for name in ("server", "handle", "password")]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
