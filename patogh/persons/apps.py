"""The room of persons."""

from django.apps import AppConfig


class PersonsConfig(AppConfig):
    """One person over every channel, reversibly."""

    name = "patogh.persons"
    label = "persons"

    def ready(self) -> None:
        """Let upper rooms plug in."""
        from patogh.persons import hookspecs  # noqa: F401 - declares the specifications
