"""Mastodon: mentions and hashtags by asking, replies as posts."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from django.utils.translation import gettext as _

from patogh.channels.connectors import facts, splitting
from patogh.channels.connectors.client import retry_after_s
from patogh.channels.connectors.contract import (
    Arrival,
    Connector,
    Outgoing,
    Polled,
    Running,
    TryLater,
    Turned,
    Unreadable,
)
from patogh.channels.mastodon import reading
from patogh.channels.mastodon.forms import MastodonForm
from patogh.channels.mastodon.watching import Watch
from patogh.kit.egress import Fetched

A_PAGE: Final = 40
WAIT_S: Final = 60
RESET_S_MAX: Final = 3600
LEFT_MIN: Final = 5
CHARS_MAX: Final = 500
LINK_CHARS: Final = 23
TURNED: Final = frozenset({404, 410, 422})


class Mastodon(Connector):
    """An account of ours on a server that speaks the Mastodon API."""

    name = "mastodon"
    icon = "globe"
    fa = "ماستودون"
    en = "Mastodon"
    can = frozenset({"poll", "send"})
    identity_kinds = ("mastodon",)
    secret_fields = ("token",)
    sends_per_s = 0.5
    form = MastodonForm

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Ask what names us, then each hashtag, since the last time; wait as long as the server's count asks for."""
        reader = _Reader(setup, dict(cursor))
        reader.home()
        reader.notifications()
        for tag in str(setup.settings.get("hashtags", "")).split():
            reader.hashtag(tag)
        reader.again()
        wait_s = reader.wait_s or (0 if reader.has_more else WAIT_S)
        return Polled(tuple(reader.arrivals.values()), reader.cursor, wait_s, tuple(reader.letters))

    def replayed(self, setup: Running, body: bytes) -> tuple[Arrival, ...]:
        """Read a status again."""
        home = urlsplit(str(setup.settings["server"])).hostname or ""
        found = reading.arrival(facts.obj(facts.loads(body)), home, setup.now())
        return (found,) if found else ()

    def send(self, setup: Running, message: Outgoing) -> str:
        """Post a reply as visible as what it answers; else a direct post to one account. Long words become a chain."""
        answered = self._answered(setup, message.reply_to) if message.reply_to else {}
        visibility = facts.line(answered.get("visibility"), 20) or "direct"
        wished = str(setup.settings.get("visibility", "unlisted"))
        visibility = wished if visibility == "public" and wished in {"unlisted", "private"} else visibility
        prefix = f"{message.value if message.value.startswith('@') else '@' + message.value} "
        limit = int(setup.settings.get("chars_max") or CHARS_MAX) - _counted(prefix)
        first, below = "", facts.line(answered.get("id"), 64)
        for place, words in enumerate(splitting.pieces(message.text, limit, _counted)):
            said = {"status": prefix + words, "visibility": visibility}
            below = self._posted(setup, said | ({"in_reply_to_id": below} if below else {}), f"{message.key}:{place}")
            first = first or below
        if not first:
            raise Turned(_("There is nothing to send."))
        return first

    def tried(self, setup: Running) -> str:
        """Ask who we are there."""
        me = facts.obj(_read(_ask(setup, "/api/v1/accounts/verify_credentials")))
        return f"@{facts.line(me.get('acct'), 100)}@{urlsplit(str(setup.settings['server'])).hostname}"

    def _answered(self, setup: Running, number: str) -> dict[str, Any]:
        got = _ask(setup, f"/api/v1/statuses/{quote(number.partition(':')[0], safe='')}")
        if got.status in TURNED:
            raise Turned(_("What this answers is not there any more."))
        return facts.obj(_read(got))

    def _posted(self, setup: Running, said: Mapping[str, str], key: str) -> str:
        """Post once: the server knows a post that comes again by our key."""
        got = setup.http.request(
            "POST", f"{setup.settings['server']}/api/v1/statuses", json=said, credentials=True,
            headers={**_headers(setup), "Idempotency-Key": hashlib.sha256(key.encode()).hexdigest()},
        )  # fmt: skip
        if got.status in TURNED:
            raise Turned(facts.line(facts.obj(_read(got)).get("error"), 200) or _("The server refused this post."))
        return facts.line(facts.obj(_read(got)).get("id"), 64)


class _Reader:
    """One turn of asking: what was found, where to go on, how long to wait."""

    def __init__(self, setup: Running, cursor: dict[str, Any]) -> None:
        self.setup, self.cursor = setup, cursor
        self.arrivals: dict[str, Arrival] = {}
        self.letters: list[Unreadable] = []
        self.has_more = False
        self.watch = Watch(self.cursor, setup.now())
        self.wait_s = 0

    def home(self) -> None:
        """Learn the domain of the server's own people, once."""
        if self.cursor.get("home"):
            return
        host = urlsplit(str(self.setup.settings["server"])).hostname or ""
        got = _ask(self.setup, "/api/v2/instance")
        said = facts.obj(_read(got)) if got.status == 200 else {}
        self.cursor["home"] = facts.line(said.get("domain"), 200).lower() or host

    def notifications(self) -> None:
        """Take what names us, and what changed of it."""
        for note in self._page("notifications", "/api/v1/notifications", {"types[]": ["mention", "update"]}):
            self._take(facts.obj(note.get("status")), is_edit=note.get("type") == "update")

    def hashtag(self, tag: str) -> None:
        """Take the public posts under a hashtag."""
        for status in self._page(f"tag:{tag}", f"/api/v1/timelines/tag/{quote(tag, safe='')}", {}):
            if facts.obj(status.get("account")).get("bot") is not True:
                self._take(status)

    def again(self) -> None:
        """Look at what we have, in turn: deleted there is deleted here, and what was changed comes again.

        A server that cannot answer this now holds up nothing that it has told already; without news it is raised.
        """
        if self.wait_s or self.has_more:
            return
        try:
            edited = self.watch.changed(lambda path: _ask(self.setup, path))
        except TryLater:
            if not self.arrivals:
                raise
            return
        for status in edited:
            self._take(status, is_edit=True)
        for gone in self.watch.arrivals():
            self.arrivals.setdefault(gone.key, gone)

    def _page(self, name: str, path: str, how: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return a page, oldest first; the first time the newest page, later what follows the one we know."""
        if self.wait_s:
            return []
        since = facts.line(self.cursor.get(name), 64)
        query = urlencode({**how, "limit": A_PAGE, **({"min_id": since} if since else {})}, doseq=True)
        got = _ask(self.setup, f"{path}?{query}")
        found = _read(got)
        if got.status != 200 or not isinstance(found, list):
            raise Unreadable(_("The server answered in a way we could not read."))
        page = sorted((item for item in facts.objs(found)), key=_age)
        self.has_more = self.has_more or (bool(since) and len(page) >= A_PAGE)
        newest = facts.line(page[-1].get("id"), 64) if page else ""
        self.cursor[name] = newest or since
        self.wait_s = _pause_s(got.headers, self.setup.now())
        return page

    def _take(self, status: dict[str, Any], *, is_edit: bool = False) -> None:
        try:
            found = reading.arrival(status, str(self.cursor["home"]), self.setup.now(), is_edit=is_edit)
        except Unreadable:
            body = json.dumps(status, ensure_ascii=True).encode()
            self.letters.append(Unreadable(_("A post could not be understood."), body=body))
        else:
            if found:
                self.arrivals.setdefault(found.key, found)
                self.watch.note(status)


def _age(item: Mapping[str, Any]) -> tuple[int, str]:
    """Order numbers as Mastodon does: they are texts of digits."""
    number = facts.line(item.get("id"), 64)
    return len(number), number


def _ask(setup: Running, path: str) -> Fetched:
    got: Fetched = setup.http.request(
        "GET", f"{setup.settings['server']}{path}", headers=_headers(setup), credentials=True, passes=(429,)
    )
    if got.status == 429:
        raise TryLater(_("The server asks for a pause."), after_s=_reset_s(got.headers, setup.now()))
    return got


def _headers(setup: Running) -> dict[str, str]:
    return {"Authorization": f"Bearer {setup.settings['token']}", "Accept": "application/json"}


def _read(got: Fetched) -> Any:
    return facts.loads(got.body)


def _pause_s(headers: Mapping[str, str], now: dt.datetime) -> int:
    """Return how long to leave a server alone that has counted almost all we may ask; else 0."""
    left = facts.whole(headers.get("x-ratelimit-remaining", "").strip())
    return int(_reset_s(headers, now) or 0) + 1 if left is not None and left <= LEFT_MIN else 0


def _reset_s(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Return the seconds until the count begins anew (a moment in ISO 8601), or those of Retry-After; None if unsaid."""
    said = headers.get("x-ratelimit-reset", "").strip()
    try:
        until = dt.datetime.fromisoformat(said)
        left = (until.replace(tzinfo=until.tzinfo or dt.UTC) - now).total_seconds()
        return min(max(left, 1.0), RESET_S_MAX)
    except ValueError:
        return retry_after_s(headers.get("retry-after", ""), now)


def _counted(text: str) -> int:
    """Return the length as Mastodon counts it: a link is 23, of a name on another server only its first half counts."""
    size = 0
    for word in text.split(" "):
        if word.startswith(("https://", "http://")):
            size += LINK_CHARS
        elif word.startswith("@") and word.count("@") == 2:
            size += len(word.rpartition("@")[0])
        else:
            size += len(splitting.graphemes(word))
        size += 1
    return size - 1
