"""Addresses of this room: nouns."""

from django.urls import URLPattern, URLResolver, path

from patogh.channels import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/settings/notices", views.notice_settings, name="notice_settings"),
    path("me/settings/notices/terms", views.notice_terms, name="notice_terms"),
    path("me/settings/notices/silence", views.notice_silence, name="notice_silence"),
    path("me/settings/notices/reach", views.notice_reach, name="notice_reach"),
    path("me/digest", views.digest_preview, name="digest_preview"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
]
