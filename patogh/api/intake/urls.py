"""Addresses of the intake: those of the tracking API, and the team's pages."""

from django.urls import URLPattern, path

from patogh.api.intake import pages, views

urlpatterns: list[URLPattern] = [
    path("v1/<slug:call>", views.intake, name="intake"),
    path("team/intake", pages.sources, name="intake_sources"),
    path("team/intake/<int:source_id>", pages.source, name="intake_source"),
    path("team/intake/<int:source_id>/keys", pages.source_keys, name="intake_keys"),
    path("team/intake/<int:source_id>/keys/<int:key_id>", pages.source_key, name="intake_key"),
]
