"""Addresses of this room: nouns."""

from django.urls import URLPattern, URLResolver, path

from patogh.channels import views
from patogh.channels.connectors.views import door
from patogh.channels.push import views as push

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/settings/notices", views.notice_settings, name="notice_settings"),
    path("me/settings/notices/terms", views.notice_terms, name="notice_terms"),
    path("me/settings/notices/silence", views.notice_silence, name="notice_silence"),
    path("me/settings/notices/reach", views.notice_reach, name="notice_reach"),
    path("me/settings/push", push.push_devices, name="push_devices"),
    path("me/settings/push/<int:device_id>", push.push_device, name="push_device"),
    path("push/seen", push.push_seen, name="push_seen"),
    path("me/digest", views.digest_preview, name="digest_preview"),
    path("channels/<str:address>/", door.connector_door, name="connector_door"),
    path("channels/<str:address>/<path:tail>", door.connector_door, name="connector_door_tail"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
]
