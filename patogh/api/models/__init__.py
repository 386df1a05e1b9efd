"""The nouns of the API: tokens, kept answers, webhooks."""

from patogh.api.models.tokens import KeptAnswer, Token
from patogh.api.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookMessage

__all__ = ["KeptAnswer", "Token", "WebhookAttempt", "WebhookDelivery", "WebhookEndpoint", "WebhookMessage"]
