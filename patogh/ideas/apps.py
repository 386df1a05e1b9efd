"""The room of ideas."""

from django.apps import AppConfig


class IdeasConfig(AppConfig):
    """Programmes, ideas, supports, the review board and the makers' share."""

    name = "patogh.ideas"
    label = "ideas"
