"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from patogh.search import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("search", views.search, name="search"),
    path("search/suggest", views.search_suggest, name="search_suggest"),
    path("similar", views.similar, name="similar"),
]
