"""Feeds by asking: entries about us as mentions."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Call,
    Connector,
    Polled,
    Running,
    SetupBroken,
    TryLater,
    Unreadable,
)
from patogh.channels.connectors.running import running
from patogh.channels.feed import websub
from patogh.channels.feed.forms import FeedForm
from patogh.channels.feed.reading import Entry, entries
from patogh.channels.models import Setup
from patogh.kit import persian
from patogh.kit.egress import Fetched

FEED_BYTES_MAX: Final = 2_000_000
REDIRECTS_MAX: Final = 4
WAIT_S: Final = 1800
WAIT_S_MIN: Final = 900
WAIT_S_MAX: Final = 6 * 3600
KNOWN_MAX: Final = 1000
_MOVED: Final = frozenset({301, 308})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Feed(Connector):
    """One feed that is asked for new entries."""

    name = "feed"
    icon = "rss"
    fa = "خوراک (RSS)"
    en = "Feed (RSS, Atom)"
    can = frozenset({"poll", "receive"})
    receive_bytes_max = FEED_BYTES_MAX
    identity_kinds = ("webmention",)
    form = FeedForm
    panel = "channels/feed/_panel.html"

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read a call of the feed's hub: whether we asked for it, or new entries, signed."""
        if call.method in {"GET", "HEAD"}:
            return websub.verified(setup, call)
        topic = websub.checked(setup, call) if call.method == "POST" else ""
        if not topic:
            return Answered(status=410)  # the hub may forget this subscription (WebSub, 7)
        found = entries(call.body, call.headers.get("content-type", ""), topic, call.at)
        pushed = _pushed(setup.cursor)
        arrivals, known = _news(found, _known(setup.cursor) | pushed, setup)
        now = call.at.isoformat()
        kept = dict(list((pushed | known).items())[-KNOWN_MAX:])
        return Answered(arrivals, noted={"known": kept, "pushed_at": now})

    def beside(self, row: Setup) -> dict[str, Any]:
        """Return which hub brings the feed, and until when."""
        at_work = running(row)
        said = facts.obj(row.cursor.get("websub"))
        pushed = facts.line(facts.obj(row.cursor.get("noted")).get("pushed_at"), 40)
        return {
            "hub": facts.line(said.get("hub"), 200), "until": websub.lives_until(at_work, said),
            "pushed_at": dt.datetime.fromisoformat(pushed) if pushed else None,
        }  # fmt: skip

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Take the entries that are new or say something else now; an unchanged feed costs one short answer."""
        # Another address in the settings begins anew: what is remembered belongs to the feed that was asked for.
        kept = dict(cursor) if cursor.get("asked") == setup.settings["url"] else {"asked": setup.settings["url"]}
        url, got = self._asked(setup, kept)
        kept["url"] = url
        known = _known(kept) | _pushed(kept)
        arrivals: tuple[Arrival, ...] = ()
        if got.status != 304:
            found = entries(got.body, got.headers.get("content-type", ""), got.url, setup.now())
            arrivals, now_known = _news(found, known, setup)
            kept["known"] = dict(list((known | now_known).items())[-KNOWN_MAX:])
            kept["etag"] = facts.line(got.headers.get("etag"), 300)
            kept["modified"] = facts.line(got.headers.get("last-modified"), 100)
            kept["folded"] = facts.obj(kept.get("noted")).get("pushed_at")
        hub = websub.remembered(kept) if got.status == 304 else websub.hub_of(got)
        return Polled(arrivals, kept, _wait_for(setup, kept, hub, got, is_news=bool(arrivals)))

    def tried(self, setup: Running) -> str:
        """Read the feed once and say how many entries it has."""
        _url, got = self._asked(setup, {})
        found = entries(got.body, got.headers.get("content-type", ""), got.url, setup.now())
        return ngettext("%(count)s entry", "%(count)s entries", len(found)) % {"count": len(found)}

    def _asked(self, setup: Running, kept: Mapping[str, Any]) -> tuple[str, Fetched]:
        """Ask for the feed; return the address to ask next time (a permanent move is kept) and the answer."""
        url = str(kept.get("url") or setup.settings["url"])
        headers = {
            "Accept": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
        }
        headers |= {"If-None-Match": str(kept["etag"])} if kept.get("etag") else {}
        headers |= {"If-Modified-Since": str(kept["modified"])} if kept.get("modified") else {}
        stays, asked = True, url
        for _step in range(REDIRECTS_MAX + 1):
            got: Fetched = setup.http.request("GET", asked, headers=headers, limit_bytes=FEED_BYTES_MAX)
            target = got.headers.get("location", "")
            if got.status not in _REDIRECTS or not target:
                return url, _judged(got)
            stays = stays and got.status in _MOVED
            asked = _joined(asked, target)
            url = asked if stays else url
        raise SetupBroken(_("This feed leads from one address to the next without an end."))


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError as error:
        raise Unreadable(_("This feed leads to something that is not an address.")) from error


def _judged(got: Fetched) -> Fetched:
    """Return an answer that holds a feed or says that nothing is new; raises what else it means."""
    if got.status in {200, 304}:
        return got
    if got.status == 410:
        raise SetupBroken(_("This feed is gone for good."))
    if got.status in {401, 403}:
        raise SetupBroken(_("This feed is not open to us."))
    raise TryLater(_("The feed answered %(status)s.") % {"status": got.status}, after_s=WAIT_S)


def _known(kept: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in facts.obj(kept.get("known")).items()}


def _pushed(kept: Mapping[str, Any]) -> dict[str, str]:
    """Return what the hub brought since the feed was last read whole."""
    noted = facts.obj(kept.get("noted"))
    return {} if noted.get("pushed_at") == kept.get("folded") else _known(noted)


def _news(found: list[Entry], known: Mapping[str, str], setup: Running) -> tuple[tuple[Arrival, ...], dict[str, str]]:
    """Return what of some entries is new or says something else now, and what is known of all of them."""
    names = {entry.key: hashlib.sha256(entry.key.encode("utf-8", "replace")).hexdigest()[:16] for entry in found}
    wanted = [entry for entry in found if known.get(names[entry.key]) != entry.digest and _is_wanted(entry, setup)]
    arrivals = tuple(entry.arrival(is_edit=names[entry.key] in known) for entry in wanted)
    return arrivals, {names[entry.key]: entry.digest for entry in found}


def _wait_for(setup: Running, kept: dict[str, Any], hub: websub.Hub | None, got: Fetched, *, is_news: bool) -> int:
    """Return when to ask again, after looking to the subscription: rarely while a hub brings what is new, and forgets nothing."""
    before = websub.lives_until(setup, facts.obj(kept.get("websub")))
    said = websub.renewed(setup, kept, hub)
    if before is not None and is_news and said:
        said = websub.missed(setup, said)
    kept.pop("websub", None)
    if said:
        kept["websub"] = said
    until = websub.lives_until(setup, said)
    if until is None:
        return _wait_s(got.headers)
    return int(min(max((until - setup.now()).total_seconds() / 6, WAIT_S_MIN), WAIT_S_MAX))


def _wait_s(headers: Mapping[str, str]) -> int:
    """Return when to ask again: what the feed's own max-age says, between a quarter of an hour and six hours."""
    found = re.search(r"max-age=([0-9]{1,9})", headers.get("cache-control", ""))
    return min(max(int(found[1]), WAIT_S_MIN), WAIT_S_MAX) if found else WAIT_S


def _is_wanted(entry: Entry, setup: Running) -> bool:
    """Tell whether one of the words stands in an entry, whatever its Persian letters are made of."""
    wanted = [persian.key(word) for word in str(setup.settings.get("words", "")).split(",") if word.strip()]
    said = persian.key(f"{entry.title} {entry.text} {urlsplit(entry.url).hostname or ''}")
    return not any(wanted) or any(f" {word} " in f" {said} " for word in wanted if word)
