"""The room of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """JSON in and out over the same actions and queries, and webhooks."""

    name = "patogh.api"
    label = "api"
