"""The nouns of the API: tokens, kept answers, webhooks, the intake of events."""

from patogh.api.models.intake import IntakeKey, IntakeSample, IntakeSource, IntakeTally
from patogh.api.models.tokens import KeptAnswer, Token
from patogh.api.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookMessage

__all__ = [
    "IntakeKey",
    "IntakeSample",
    "IntakeSource",
    "IntakeTally",
    "KeptAnswer",
    "Token",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
]
