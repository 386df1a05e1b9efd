"""Every address, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("patogh.web.urls")),
    path("", include("patogh.api.urls")),
    path("", include("patogh.insight.urls")),
    path("", include("patogh.hangout.urls")),
    path("", include("patogh.ideas.urls")),
    path("", include("patogh.trust.urls")),
    path("", include("patogh.shop.urls")),
    path("", include("patogh.channels.urls")),
    path("", include("patogh.ledger.urls")),
    path("", include("patogh.segments.urls")),
    path("", include("patogh.persons.urls")),
    path("", include("patogh.people.urls")),
    path("", include("patogh.search.urls")),
    path("", include("patogh.activity.urls")),
    path("", include("patogh.looks.urls")),
]

handler400 = "patogh.looks.errors.bad_request"
handler403 = "patogh.looks.errors.forbidden"
handler404 = "patogh.hangout.views.old_addresses.not_found"
handler500 = "patogh.looks.errors.server_error"
handler429 = "patogh.people.views.too_many"
