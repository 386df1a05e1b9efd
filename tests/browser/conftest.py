"""Browser, house and mail for the walks. Every page that a walk opens is watched: script errors, dialogs and breaches of
the content security policy fail it at its end.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from patogh.channels.tests.incoming.imap import ImapServer
from tests import chromium
from tests.browser import house as houses
from tests.browser import mailbox as mails
from tests.browser.house import House
from tests.browser.mailbox import Mailbox
from tests.browser.receiver import Receiver

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# Long, because the machine is shared with the other tests; what arrives is looked at as soon as it is there.
WAIT_MS = 40_000
expect.set_options(timeout=WAIT_MS)
# A page lives for a second here: to make its scripts quick takes longer than they do.
PLAIN_SCRIPTS = "--js-flags=--sparkplug,--no-maglev,--max-optimized-bytecode-size=0"
# Each window loads pages of the browser's own beforehand, for its address bar that nobody sees here: more work than a
# walk's. The last such list counts alone, so what Playwright turns off stands in it too.
UNSEEN = (
    "--disable-features=OmniboxPopupWebUIContent,WebUIOmniboxPopup,WebUIOmniboxAimPopup,OmniboxFullPopupWebUIContent,"
    "OmniboxAimPopupWebUIContent,WebUIOmniboxFullPopup,PreloadTopChromeWebUI,InitialWebUI,WebUIToolbar,"
    "WebUIReloadButton,WebUILocationBar,SpareRendererForSitePerProcess,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
# The browser itself reports answers with an error status in the console; walks that provoke them say so by the status.
REPORT = "document.addEventListener('securitypolicyviolation', (e) => console.error('Content Security Policy: ' + e.violatedDirective + ' ' + e.blockedURI))"


@dataclass
class Watch:
    """What went wrong on the pages of one walk."""

    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Listen to a page."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"{page.url}: dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: self.hear(page, message))

    def hear(self, page: Page, message: ConsoleMessage) -> None:
        """Keep errors, except the browser's own line about an answer with an error status or a lost connection."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"{page.url}: {message.text}")


class Visits:
    """Opens contexts in the browser: who, in which language and theme, on which screen, with or without scripts."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser, self.house, self.watch = browser, house, Watch()
        self.contexts: list[BrowserContext] = []

    def __call__(
        self, who: str = "", *, language: str = "fa", theme: str = "light", size: dict[str, int] = DESK, **options: Any
    ) -> Page:
        """Return a page of a fresh context, not yet anywhere."""
        options = {
            "service_workers": "block",
            "locale": "fa-IR",
            "reduced_motion": "reduce",
            "base_url": self.house.base,
            **options,
        }
        context = self.browser.new_context(
            viewport=size, color_scheme="dark" if theme == "dark" else "light", **options
        )
        self.contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(REPORT)
        context.on("page", self.watch.over)
        cookies = [
            {"name": name, "value": value, "url": self.house.base}
            for name, value in (("language", language), ("theme", theme))
        ]
        context.add_cookies(cookies + (self.house.cookies(who) if who else []))  # type: ignore[arg-type]
        return context.new_page()

    def close(self) -> None:
        """Close what is open."""
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="package")
def mailbox() -> Iterator[Mailbox]:
    """The mail server that the house sends to."""
    box, controller = mails.opened()
    box.port = controller.port  # type: ignore[attr-defined]
    yield box
    controller.stop()


@pytest.fixture(scope="package")
def replies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    """The IMAP server whose mailbox takes answers by mail."""
    server = ImapServer(tmp_path_factory.mktemp("imap"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def receiver() -> Iterator[Receiver]:
    """A program of somebody else that webhooks are sent to."""
    server = Receiver()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def house(mailbox: Mailbox, replies: ImapServer, receiver: Receiver) -> Iterator[House]:
    """The served demo, one for all walks of this process: it sends and takes real mail."""
    mail = {
        "PATOGH_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "PATOGH_SMTP_HOST": "127.0.0.1",
        "PATOGH_SMTP_PORT": str(mailbox.port),  # type: ignore[attr-defined]
        "PATOGH_IMAP_HOST": "127.0.0.1",
        "PATOGH_IMAP_PORT": str(replies.port),
        "PATOGH_IMAP_USER": "demouser",
        "PATOGH_IMAP_PASSWORD": "demopass",
        "PATOGH_IMAP_TLS": "none",
        "PATOGH_REPLY_ADDRESS": "reply+{token}@rekab.example",
    }
    with houses.served(**mail, PATOGH_WEBHOOKS_INSIDE=f"127.0.0.1:{receiver.port}") as served:
        yield served


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        headless = os.environ.get("PATOGH_WALK_SHOWN") != "1"
        flags = [*chromium.FLAGS, PLAIN_SCRIPTS, UNSEEN]
        opened = playwright.chromium.launch(executable_path=chromium.find(), headless=headless, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page; at the end nothing may have gone wrong on any of them."""
    visits = Visits(browser, house)
    yield visits
    visits.close()
    assert visits.watch.faults == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a browser test."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")
