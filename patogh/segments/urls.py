"""Addresses of segments: nouns."""

from django.urls import URLPattern, URLResolver, path, re_path

from patogh.segments import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("team/segments", views.team_segments, name="team_segments"),
    path("team/segments/new", views.team_segment_new, name="team_segment_new"),
    re_path(r"^team/segments/counts/(?P<digest>[0-9a-f]{64})$", views.team_segment_count, name="team_segment_count"),
    path("team/segments/<int:segment_id>", views.team_segment, name="team_segment"),
    path("team/segments/<int:segment_id>/rule", views.team_segment_rule, name="team_segment_rule"),
    path("team/segments/<int:segment_id>/progress", views.team_segment_progress, name="team_segment_progress"),
    path("team/segments/<int:segment_id>/pause", views.team_segment_pause, name="team_segment_pause"),
    path("team/segments/<int:segment_id>/retirement", views.team_segment_retirement, name="team_segment_retirement"),
    path("team/segments/<int:segment_id>/export", views.team_segment_export, name="team_segment_export"),
]
