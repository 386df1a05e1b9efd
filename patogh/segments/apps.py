"""The room of segments."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    """Rules over traits, activities, consent and relations, kept live."""

    name = "patogh.segments"
    label = "segments"

    def ready(self) -> None:
        """Let upper rooms plug in."""
        from patogh.segments import hookspecs  # noqa: F401 - declares the specifications
