"""Addresses of this room: nouns."""

from django.urls import URLPattern, URLResolver, path

from patogh.channels import views
from patogh.channels.chat import views as chat
from patogh.channels.connectors.views import door, talks, team
from patogh.channels.push import views as push
from patogh.channels.webmention.views import webmention

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/settings/notices", views.notice_settings, name="notice_settings"),
    path("me/settings/notices/terms", views.notice_terms, name="notice_terms"),
    path("me/settings/notices/silence", views.notice_silence, name="notice_silence"),
    path("me/settings/notices/reach", views.notice_reach, name="notice_reach"),
    path("me/settings/push", push.push_devices, name="push_devices"),
    path("me/settings/push/<int:device_id>", push.push_device, name="push_device"),
    path("push/seen", push.push_seen, name="push_seen"),
    path("me/digest", views.digest_preview, name="digest_preview"),
    path("team/channels", team.channel_setups, name="channel_setups"),
    path("team/channels/halt", team.channel_halt, name="channel_halt"),
    path("team/channels/new/<slug:connector>", team.channel_add, name="channel_add"),
    path("team/channels/<int:setup_id>", team.channel_setup, name="channel_setup"),
    path("team/channels/<int:setup_id>/switch", team.channel_switch, name="channel_switch"),
    path("team/channels/<int:setup_id>/trial", team.channel_try, name="channel_try"),
    path("team/channels/<int:setup_id>/messages", talks.channel_talks, name="channel_messages"),
    path("team/channels/talks", talks.channel_talks, name="channel_talks"),
    path("team/channels/talks/<int:message_id>", talks.channel_talk, name="channel_talk"),
    path("team/channels/talks/<int:message_id>/silence", talks.channel_silence, name="channel_silence"),
    path("team/channels/<int:setup_id>/letters", team.channel_letters, name="channel_letters"),
    path("team/channels/letters/<int:letter_id>", team.channel_letter, name="channel_letter"),
    path("team/channels/messages/<int:message_id>/again", team.channel_message_again, name="channel_message_again"),
    path("team/channels/files/<int:attachment_id>", team.channel_file, name="channel_file"),
    path("chat.js", chat.chat_script, name="chat_script"),
    path("channels/<str:address>/try", chat.chat_try, name="chat_try"),
    path("channels/<str:address>/chat/<slug:what>", chat.chat_door, name="chat_door"),
    path("channels/<str:address>/", door.connector_door, name="connector_door"),
    path("channels/<str:address>/<path:tail>", door.connector_door, name="connector_door_tail"),
    path("webmention", webmention, name="webmention"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
]
