"""Addresses of the webhooks: nouns."""

from django.urls import URLPattern, path

from patogh.api.webhooks import views

urlpatterns: list[URLPattern] = [
    path("team/webhooks", views.webhooks, name="webhooks"),
    path("team/webhooks/<int:endpoint_id>", views.webhook, name="webhook"),
    path("team/webhooks/<int:endpoint_id>/secret", views.webhook_secret, name="webhook_secret"),
    path("team/webhooks/<int:endpoint_id>/pause", views.webhook_pause, name="webhook_pause"),
    path("team/webhooks/<int:endpoint_id>/test", views.webhook_test, name="webhook_test"),
    path("team/webhooks/<int:endpoint_id>/replay", views.webhook_replay, name="webhook_replay"),
    path("team/webhooks/deliveries/<int:delivery_id>", views.webhook_delivery, name="webhook_delivery"),
]
