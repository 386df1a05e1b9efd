"""The room of trust."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """Trust levels, flags, the review queue, sanctions, appeals, blocks and the public log."""

    name = "patogh.trust"
    label = "trust"

    def ready(self) -> None:
        """Let upper rooms plug in."""
        from patogh.trust import hookspecs  # noqa: F401 - declares the specifications
