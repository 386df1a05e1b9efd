"""The room of insight."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Measures; it reads, and never writes domain rows."""

    name = "patogh.insight"
    label = "insight"
