from django.apps import AppConfig


class LooksConfig(AppConfig):
    """The design system."""

    name = "patogh.looks"
    label = "looks"
