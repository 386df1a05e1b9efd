"""What the webhooks refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Invalid


class BadWebhookAddress(Invalid):
    """An address to which nothing will be sent."""

    code = "bad_webhook_address"
    sentence = _(
        "This address cannot be told anything. It must be a public http or https address, and its name must be known."
    )
    field = "url"


class BadPatterns(Invalid):
    """Patterns that no verb fits, or too many of them."""

    code = "bad_webhook_patterns"
    sentence = _(
        "Nothing that happens here is called “%(pattern)s”. Write names like hangout.reply_posted or hangout.*, separated by spaces."
    )
    field = "patterns"


class BadReach(Invalid):
    """An audience that is none of the three."""

    code = "bad_webhook_reach"
    sentence = _("Choose whether it hears what is public, what members see, or all.")
    field = "reach"


class TooManyEndpoints(Conflict):
    """There are as many endpoints as may be."""

    code = "too_many_webhooks"
    sentence = _("There are %(count)s webhooks already. Remove one first.")


class EndpointPaused(Conflict):
    """Nothing is sent to a paused endpoint."""

    code = "webhook_paused"
    sentence = _("This webhook is paused. Turn it on first.")
