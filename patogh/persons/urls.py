"""Addresses of persons: nouns."""

from django.urls import URLPattern, URLResolver, path

from patogh.persons import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("team/people", views.team_people, name="team_people"),
    path("team/people/suggestions", views.team_suggestions, name="team_suggestions"),
    path("team/people/suggestions/<int:suggestion_id>", views.team_suggestion, name="team_suggestion"),
    path("team/people/merges", views.team_merges, name="team_merges"),
    path("team/people/merges/<int:merge_id>/undoing", views.team_merge_undo, name="team_merge_undo"),
    path("team/people/identities/<int:identity_id>/split", views.team_identity_split, name="team_identity_split"),
    path("team/people/identities/<int:identity_id>/value", views.team_identity_reveal, name="team_identity_reveal"),
    path("team/people/import", views.team_people_imports, name="team_people_imports"),
    path("team/people/import/<int:people_file_id>", views.team_people_import, name="team_people_import"),
    path(
        "team/people/import/<int:people_file_id>/progress",
        views.team_people_import_progress,
        name="team_people_import_progress",
    ),
    path(
        "team/people/import/<int:people_file_id>/refusals.csv", views.team_people_refusals, name="team_people_refusals"
    ),
    path("team/people/notes/<int:note_id>", views.team_note, name="team_note"),
    path("team/people/pledges/<int:pledge_id>", views.team_pledge, name="team_pledge"),
    path("team/people/<uuid:person_id>", views.team_person, name="team_person"),
    path("team/people/<uuid:person_id>/looks", views.team_person_looks, name="team_person_looks"),
    path("team/people/<uuid:person_id>/identities", views.team_person_identities, name="team_person_identities"),
    path("team/people/<uuid:person_id>/erasure", views.team_person_erasure, name="team_person_erasure"),
    path("team/people/<uuid:person_id>/notes", views.team_person_notes, name="team_person_notes"),
    path("team/people/<uuid:person_id>/pledges", views.team_person_pledges, name="team_person_pledges"),
    path("team/pledges", views.team_pledges, name="team_pledges"),
    path("me/settings/looks", views.settings_looks, name="settings_looks"),
]
