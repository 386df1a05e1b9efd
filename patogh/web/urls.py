"""Addresses of pages that span rooms."""

from django.urls import URLPattern, URLResolver, path

from patogh.web.views import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
]
