"""Webmention (W3C Recommendation): a call names a page that links to ours; the worker reads that page and believes only it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Answered, Arrival, Call, Connector, Known, Running, TryLater
from patogh.channels.connectors.linking import is_address
from patogh.channels.models import Setup, Telling
from patogh.channels.webmention.forms import WebmentionForm
from patogh.channels.webmention.page import Page, decoded, read_page, same
from patogh.channels.webmention.queries import newest
from patogh.kit.egress import Fetched

URL_CHARS_MAX: Final = 1_000
PAGE_BYTES_MAX: Final = 1_000_000
REDIRECTS_MAX: Final = 4
_GONE: Final = frozenset({404, 410})


class Webmention(Connector):
    """The door for webmentions about our pages."""

    name = "webmention"
    icon = "link"
    fa = "وب‌منشن"
    en = "Webmention"
    can = frozenset({"receive"})
    identity_kinds = ("webmention",)
    receive_bytes_max = 10_000
    form = WebmentionForm
    panel = "channels/webmention/_panel.html"

    def receive(self, setup: Running, call: Call) -> Answered:
        """Take a source and a target; what is wrong with them is answered at once, all the rest is looked at later."""
        if call.method != "POST":
            return _refused(405, _("Send source and target with POST."))
        if not call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return _refused(415, _("Send source and target as a form."))
        try:
            said = parse_qs(call.body.decode(), max_num_fields=20, strict_parsing=True, errors="strict")
        except ValueError:
            return _refused(400, _("Send source and target as a form."))
        source, target = (facts.line((said.get(name) or [""])[0], 4_000) for name in ("source", "target"))
        wrong = _wrong(setup, source, target)
        if wrong:
            return _refused(400, wrong)
        return Answered(
            status=202,
            body=_("Thank you. We look at that page soon.").encode(),
            later=({"source": source, "target": target},),
        )

    def work(self, setup: Running, errand: Mapping[str, Any]) -> tuple[Arrival, ...]:
        """Read the page that was named: it links to us (a mention, or a changed one), or does not, or not any more."""
        source, target = str(errand.get("source")), str(errand.get("target"))
        got: Fetched = setup.http.request(
            "GET", source, redirects=REDIRECTS_MAX, limit_bytes=PAGE_BYTES_MAX, timeout_s=15, foreign=True,
            headers={"Accept": "text/html, application/xhtml+xml;q=0.9, application/json;q=0.5, text/plain;q=0.5"},
        )  # fmt: skip
        if got.status in _GONE:
            return (_removed(setup, source, target),)
        if got.status != 200:
            raise TryLater(_("The page answered %(status)s.") % {"status": got.status})
        page = _page(got, target)
        if not any(same(link, target) for link in page.links):
            return (_removed(setup, source, target),)
        return (_mention(setup, source, target, page),)

    def beside(self, row: Setup) -> list[Telling]:
        """Return the newest pages that were told."""
        return newest(row)

    def tried(self, setup: Running) -> str:
        """Say which sites are ours."""
        return ", ".join(sorted(_ours(setup)))


def _wrong(setup: Running, source: str, target: str) -> str:
    """Return what is wrong with a pair of addresses, or ""."""
    if not (is_address(source, URL_CHARS_MAX) and is_address(target, URL_CHARS_MAX)):
        return _("Source and target are whole addresses that begin with http:// or https://")
    if same(source, target):
        return _("Source and target are the same page.")
    host = (urlsplit(target).hostname or "").lower()
    if host not in _ours(setup):
        return _("The target is not a page of ours.")
    if (urlsplit(source).hostname or "").lower() in str(setup.settings.get("refused", "")).split():
        return _("This site is not heard here.")
    return ""


def _ours(setup: Running) -> set[str]:
    hosts = {(urlsplit(setup.url).hostname or "").lower(), *str(setup.settings.get("sites", "")).split()}
    return hosts - {""}


def _refused(status: int, why: str) -> Answered:
    return Answered(status=status, body=why.encode())


def _page(got: Fetched, target: str) -> Page:
    """Read a page by its kind: HTML by its elements, plain text and JSON by whether the address stands there."""
    kind = got.headers.get("content-type", "").lower()
    text = decoded(got.body, kind)
    if "html" in kind or (not kind and "<" in text):
        return read_page(text, got.url, target)
    page = Page(title=text[:500].replace("<", "&lt;") if "plain" in kind else "")
    words = set(re.split(r"[\s\"'<>()\[\]{},\\]+", text.replace("\\/", "/")))
    page.links = {word for word in words if same(word, target)}
    return page


def _mention(setup: Running, source: str, target: str, page: Page) -> Arrival:
    """Return a mention; its key changes with its words, its thread never does."""
    thread, text = _thread(source, target), page.text()
    data = {"target": target, "as": page.kind, "author_page": page.author_page, "site": urlsplit(source).hostname or ""}
    return Arrival(
        key=f"{thread}:{hashlib.sha256(f'{page.kind} {text}'.encode('utf-8', 'replace')).hexdigest()[:12]}",
        kind="mention",
        who=speaker(source, page),
        happened_at=page.said_at(setup.now()),
        text=text,
        thread=thread,
        url=source,
        data={name: value for name, value in data.items() if value},
    )


def speaker(source: str, page: Page) -> Known | None:
    """Return who says it: the author by a page of the same host, else the site; nobody may speak for another site's page."""
    origin = urlsplit(source)
    is_own = bool(page.author_page) and urlsplit(page.author_page).netloc == origin.netloc
    known = facts.page_of(page.author_page if is_own else "", f"{origin.scheme}://{origin.netloc}/")
    return Known("webmention", known, name=page.author) if known else None


def _removed(setup: Running, source: str, target: str) -> Arrival:
    """Return that a page does not mention us, or not any more; for one that never did it means nothing."""
    thread = _thread(source, target)
    day = setup.now().date().isoformat()
    return Arrival(
        key=f"{thread}:gone:{day}", kind="event", who=None, happened_at=setup.now(),
        data={"event": "deleted", "deletes_thread": thread},
    )  # fmt: skip


def _thread(source: str, target: str) -> str:
    return hashlib.sha256(f"{source}\n{target}".encode()).hexdigest()[:40]
