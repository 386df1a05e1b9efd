"""Telling pages outside that a public text of ours links to them: found, told once a link, told again when the text changes."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from patogh.channels.connectors import facts
from patogh.channels.connectors.client import TurnOver
from patogh.channels.connectors.contract import ConnectorError, Running, SetupBroken, TryLater, Turned, Unreachable
from patogh.channels.connectors.linking import is_address
from patogh.channels.connectors.running import running, told
from patogh.channels.models import Setup, Telling
from patogh.channels.webmention import actions, discovery, limits
from patogh.channels.webmention.page import decoded
from patogh.channels.webmention.queries import next_waiting, sending_setup
from patogh.kit.hooks import plugins

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """Where a page was told, and where its site says what became of it."""

    endpoint: str
    status_url: str = ""


def plan(subject_kind: str, subject_id: str) -> int:
    """Look at a text that was written, changed, hidden or removed, and note which pages are to be told; returns how many."""
    setup = sending_setup()
    if setup is None or not settings.SITE_URL:
        return 0
    planned = 0
    for page in plugins.hook.public_pages(kind=subject_kind, key=subject_id):
        for one in page:
            targets = wanted(setup, one.links) if one.is_public else []
            source = f"{settings.SITE_URL.rstrip('/')}{one.url}"
            planned += actions.plan_tellings(setup, actions.Text(one.kind, one.key, source), targets)
    return planned


def wanted(setup: Setup, links: list[str]) -> list[str]:
    """Return the links that lead to other sites, each once, at most TARGETS_A_TEXT_MAX."""
    ours = {(urlsplit(settings.SITE_URL).hostname or "").lower(), *str(setup.plain.get("sites") or "").split()}
    found = dict.fromkeys(link.partition("#")[0] for link in links)
    return [link for link in found if _is_outside(link, ours)][: limits.TARGETS_A_TEXT_MAX]


def tell_due() -> int:
    """Tell the pages whose turn it is, one after the other for TURN_S_MAX; returns how many."""
    count, ends = 0, time.monotonic() + limits.TURN_S_MAX
    while count < limits.A_TURN_MAX and time.monotonic() < ends:
        row = next_waiting()
        if row is None or not actions.take_telling(row):
            break
        tell_one(row)
        count += 1
    return count


def tell_one(row: Telling) -> None:
    """Tell one page, and note what came of it."""
    at_work = None
    try:
        at_work = running(row.setup)
        actions.note_told(row, tell(at_work, row.source, row.target))
    except TurnOver:
        actions.wait_again(row, "", None)
    except (Turned, Unreachable, SetupBroken) as error:
        actions.settle(row, "refused", told(error, at_work))
    except ConnectorError as error:
        actions.wait_again(row, told(error, at_work), error.after_s if isinstance(error, TryLater) else None)
    except Exception as error:  # what strangers answer may trip anything; it must not stop the others
        logger.exception("a webmention failed")
        actions.wait_again(row, type(error).__name__, None)


def tell(setup: Running, source: str, target: str) -> Told | None:
    """Find where a page wants to be told, and tell it; None where it names no place. Raises TryLater, Turned, Unreachable."""
    endpoint = found_endpoint(setup, target)
    if not endpoint:
        return None
    got = setup.http.request(
        "POST", endpoint, form={"source": source, "target": target}, timeout_s=limits.TIMEOUT_S, foreign=True,
        limit_bytes=200_000,
    )  # fmt: skip
    if got.status in {200, 201, 202, 204}:
        place = got.headers.get("location", "") if got.status == 201 else ""
        return Told(endpoint, discovery.whole(endpoint, place)[: limits.SOURCE_CHARS_MAX] if place else "")
    if got.status in {408, 425}:
        raise TryLater(_("The page answered %(status)s.") % {"status": got.status})
    raise Turned(_("The page answered %(status)s.") % {"status": got.status})


def found_endpoint(setup: Running, target: str) -> str:
    """Return where a page wants to be told: relative to where its redirects end; "" for nowhere."""
    got = setup.http.request(
        "GET", target, redirects=limits.REDIRECTS_MAX, limit_bytes=limits.PAGE_BYTES_MAX, timeout_s=limits.TIMEOUT_S,
        foreign=True, headers={"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"},
    )  # fmt: skip
    named = discovery.of_header(got.headers.get("link", ""), got.url)
    if named:
        return named
    kind = got.headers.get("content-type", "").lower()
    if got.status >= 400 or ("html" not in kind and kind):
        return ""
    return discovery.of_page(decoded(got.body, kind), got.url)


def _is_outside(link: str, ours: set[str]) -> bool:
    if not is_address(link, limits.URL_CHARS_MAX) or facts.line(link, limits.URL_CHARS_MAX) != link:
        return False
    return (urlsplit(link).hostname or "").lower() not in ours
