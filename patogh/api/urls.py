"""Addresses of the API: the page of tokens; everything below /api/v1/ is loaded when it is first asked for."""

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

from patogh.api import views


class Unopened(URLResolver):
    """A resolver with a namespace and the *name* of its module, which stays shut until an address below it comes.

    Django fills every resolver's reverse tables at the first `reverse` of any; those of a namespace are asked through
    `url_patterns`, so this one needs none. Processes that serve pages only never load pydantic and django-ninja
    (docs/decisions/0011-api.md).
    """

    def _populate(self) -> None:
        """Do nothing: see above."""


V1 = Unopened(RoutePattern("api/v1/"), "patogh.api.v1.urls", app_name="api_v1", namespace="api_v1")

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/settings/tokens", views.tokens, name="tokens"),
    path("me/settings/tokens/<int:token_id>", views.token, name="token"),
    path("", include("patogh.api.webhooks.urls")),
    path("", include("patogh.api.intake.urls")),
    V1,
]
