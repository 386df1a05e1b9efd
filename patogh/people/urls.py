"""Addresses of this room: nouns."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from patogh.people import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("welcome", views.welcome, name="welcome"),
    path("members", views.members, name="members"),
    path("notices", views.notices, name="notices"),
    path("notices/<int:notice_id>/read", views.notice_read, name="notice_read"),
    path("me", views.me, name="me"),
    path("me/settings", views.settings_reading, name="settings"),
    path("me/settings/profile", views.settings_profile, name="settings_profile"),
    path("me/settings/avatar", views.settings_avatar, name="settings_avatar"),
    path("me/settings/security", views.settings_security, name="settings_security"),
    path("me/settings/data", views.settings_data, name="settings_data"),
    path("me/settings/data/<int:copy_id>", views.data_copy, name="data_copy"),
    path("me/settings/consent", views.consent_settings, name="consent_settings"),
    path("me/settings/consent/<uuid:receipt>", views.consent_receipt, name="consent_receipt"),
    path("me/settings/consent/<uuid:receipt>.json", views.consent_receipt_json, name="consent_receipt_json"),
    path("consent", views.consent_ask, name="consent_ask"),
    path("consent/confirm/<str:token>", views.consent_confirm, name="consent_confirm"),
    path("consent/<str:token>", views.consent_link, name="consent_link"),
    path("consent/<str:token>/<uuid:receipt>.json", views.consent_link_receipt, name="consent_link_receipt"),
    path("team/consent", views.team_consent, name="team_consent"),
    path("team/consent/texts", views.team_consent_texts, name="team_consent_texts"),
    path("team/consent/copies", views.team_consent_copies, name="team_consent_copies"),
    path("team/consent/files", views.team_consent_files, name="team_consent_files"),
    path("me/settings/leaving", views.settings_leaving, name="settings_leaving"),
    path("account/back/<str:token>", views.account_back, name="account_back"),
    path("me/settings/accounts/<int:staged_id>", views.claim, name="claim"),
    path("team/roles", views.team_roles, name="team_roles"),
    path("team/roles/<int:grant_id>", views.team_role, name="team_role"),
    path("team/brand", views.team_brand, name="team_brand"),
    path("account/link/<str:token>", views.sign_in_link, name="sign_in_link"),
    path("account/demo", views.demo_sign_in, name="demo_sign_in"),
    path("account/kept", views.kept, name="kept"),
    path("account/", include("allauth.urls")),
    re_path(r"^media/(?P<folder>avatars|brand)/(?P<name>[\w-]{8,60})\.webp$", views.picture, name="people_picture"),
    re_path(r"^@(?P<handle>[a-zA-Z0-9_]{1,30})$", views.profile, name="profile"),
    re_path(r"^@(?P<handle>[a-zA-Z0-9_]{1,30})/follow$", views.follow, name="member_follow"),
    re_path(r"^@(?P<handle>[a-zA-Z0-9_]{1,30})/(?P<tab>[a-z]{3,20})$", views.profile, name="profile_tab"),
]
