"""The room of segments."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    """Rules over traits, activities, consent and relations, kept live."""

    name = "patogh.segments"
    label = "segments"
