"""The room of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, identities, members, the brand and the notices."""

    name = "patogh.people"
    label = "people"

    def ready(self) -> None:
        """Let upper rooms plug in."""
        from patogh.people import hookspecs  # noqa: F401 - declares the specifications
