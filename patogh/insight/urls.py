"""Addresses of insight."""

from django.urls import URLPattern, URLResolver, path

from patogh.insight import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("team/insight/moderation", views.moderation, name="insight_moderation"),
    path("team/insight/moderation.csv", views.moderation_csv, name="insight_moderation_csv"),
]
