"""The room of search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One index over everything that can be found."""

    name = "patogh.search"
    label = "search"

    def ready(self) -> None:
        """Let upper rooms plug in."""
        from patogh.search import hookspecs  # noqa: F401 - declares the specifications
