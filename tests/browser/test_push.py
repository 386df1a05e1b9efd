"""Push in a real browser: the page asks honestly, the service worker shows what comes and opens the right place."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

SHOWN = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((n) => ({title: n.title, body: n.body, dir: n.dir, tag: n.tag, url: n.data.url}))"
MESSAGE = {
    "title": "رضا به «پنج‌شنبه کی می‌آید؟» پاسخ داد", "body": "من می‌آیم.", "dir": "rtl", "lang": "fa", "tag": "hangout.topic:7",
    "url": "/notices", "seen": "",
}  # fmt: skip


@pytest.fixture
def page(visit) -> Page:
    """Sara's settings, where the browser may show messages and runs the service worker."""
    page: Page = visit("sara", service_workers="allow", permissions=["notifications"])
    page.goto("/me/settings/notices")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def deliver(page: Page, message: Any) -> None:
    """Give the service worker a message as a push service would."""
    wire = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    wire.send("ServiceWorker.enable")
    origin = str(page.evaluate("location.origin"))
    for _ in range(200):  # a busy browser tells of its registrations after it has answered "enable"
        mine = [one["registrationId"] for one in found if one["scopeURL"].startswith(origin)]
        if mine:
            break
        page.wait_for_timeout(25)
    data = message if isinstance(message, str) else json.dumps(message)
    wire.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": mine[0], "data": data})


def shown(page: Page) -> list[dict[str, str]]:
    """Return the messages on show, waiting for the first."""
    page.wait_for_function("async () => (await (await navigator.serviceWorker.ready).getNotifications()).length > 0")
    return list(page.evaluate(SHOWN))


def test_the_page_offers_this_device(page):
    expect(page.locator("form[data-push-say=off]")).to_be_visible()
    expect(page.locator("[data-push-say=none]")).to_be_hidden()


def test_without_scripts_the_page_says_so(visit):
    page = visit("sara", java_script_enabled=False)
    page.goto("/me/settings/notices")
    expect(page.locator("[data-push-say=none]")).to_be_visible()
    expect(page.locator("form[data-push-say=off]")).to_be_hidden()


def test_a_message_is_shown_as_it_came(page):
    deliver(page, MESSAGE)
    [one] = shown(page)
    assert (one["title"], one["body"], one["dir"], one["tag"]) == tuple(
        MESSAGE[key] for key in ("title", "body", "dir", "tag")
    )
    assert one["url"] == str(page.evaluate("location.origin")) + "/notices"


@pytest.mark.parametrize(
    "message",
    ["no json at all", {**MESSAGE, "url": "https://evil.example/x"}, {**MESSAGE, "url": "javascript:alert(1)"}],
)
def test_a_hostile_message_leads_nowhere_else(page, message):
    deliver(page, message)
    [one] = shown(page)
    assert one["url"].startswith(str(page.evaluate("location.origin")))
