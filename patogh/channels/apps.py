"""The room of channels."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """How what happened reaches people outside the house: mail, push, digests; and how they answer from there."""

    name = "patogh.channels"
    label = "channels"
