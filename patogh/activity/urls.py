"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from patogh.activity import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
