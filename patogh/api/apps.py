"""The room of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """JSON in and out over the same actions and queries, and webhooks."""

    name = "patogh.api"
    label = "api"

    def ready(self) -> None:
        """Let the webhooks and the intake, parts of this room with files of their own, plug in."""
        from patogh.api.intake import hooks as intake_hooks  # noqa: F401
        from patogh.api.intake import tasks as intake_tasks  # noqa: F401
        from patogh.api.webhooks import hooks, tasks  # noqa: F401
