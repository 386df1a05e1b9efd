"""Every connector by name: those of the house, and those that other installed packages bring by an entry point.

Another package says in its `pyproject.toml`: `[project.entry-points."patogh.connectors"]` and `name = "package.module:Class"`.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final

from patogh.channels.connectors.contract import Connector
from patogh.kit.errors import NotFound

GROUP: Final = "patogh.connectors"
# The house's own; they stand in pyproject.toml too, and here because the house also runs from a checkout.
BUILT_IN: Final = {
    "webhook": "patogh.channels.webhook.connector:Webhook",
    "email": "patogh.channels.email.connector:Email",
    "telegram": "patogh.channels.telegram.connector:Telegram",
    "bale": "patogh.channels.telegram.connector:Bale",
    "mastodon": "patogh.channels.mastodon.connector:Mastodon",
    "bluesky": "patogh.channels.bluesky.connector:Bluesky",
    "feed": "patogh.channels.feed.connector:Feed",
    "webmention": "patogh.channels.webmention.connector:Webmention",
    "kavenegar": "patogh.channels.kavenegar.connector:Kavenegar",
    "twilio": "patogh.channels.twilio.connector:Twilio",
    "woocommerce": "patogh.channels.woocommerce.connector:WooCommerce",
    "shopify": "patogh.channels.shopify.connector:Shopify",
    "chat": "patogh.channels.chat.connector:Chat",
}
logger = logging.getLogger(__name__)


@cache
def connectors() -> dict[str, Connector]:
    """Return every connector by name; one that cannot be loaded is left out with a line in the log."""
    places = {point.name: point.value for point in entry_points(group=GROUP)} | BUILT_IN
    found: dict[str, Connector] = {}
    for name, place in places.items():
        made = _loaded(name, place)
        if made is not None:
            found[name] = made
    return found


def connector(name: str) -> Connector:
    """Return a connector; raises NotFound for one that nobody brings (any more)."""
    try:
        return connectors()[name]
    except KeyError:
        raise NotFound from None


def _loaded(name: str, place: str) -> Connector | None:
    """Import one connector; whatever is wrong with a package of somebody else must not stop the house."""
    module, _colon, attribute = place.partition(":")
    try:
        made = getattr(import_module(module), attribute)()
    except Exception:
        logger.exception("the connector %s (%s) cannot be loaded", name, place)
        return None
    if not isinstance(made, Connector) or made.name != name:
        logger.error("what %s brings as the connector %s is none of that name", place, name)
        return None
    return made
