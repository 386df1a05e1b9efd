"""The room of channels."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """How what happened reaches people outside the house: mail, push, digests; and how they answer from there."""

    name = "patogh.channels"
    label = "channels"

    def ready(self) -> None:
        """Let upper rooms plug in."""
        from patogh.channels import hookspecs  # noqa: F401 - declares the specifications
        from patogh.channels.incoming import hookspecs as incoming  # noqa: F401
