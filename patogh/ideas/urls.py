"""Addresses of ideas: nouns."""

from django.urls import URLPattern, URLResolver, path, re_path

from patogh.ideas.views import (
    merging,
    mine,
    reading,
    reading_calls,
    reading_feeds,
    shares,
    signals,
    supporting,
    team,
    team_batches,
    team_programmes,
    team_review,
    team_shares,
    writing_ideas,
    writing_makers,
    writing_materials,
    writing_talk,
)

MAKING: list[URLPattern | URLResolver] = [
    path("me/ideas", mine.my_ideas, name="my_ideas"),
    path("ideas/new", writing_ideas.idea_new, name="idea_new"),
    path("ideas/similar", writing_ideas.idea_similar, name="idea_similar"),
    path("ideas/<int:idea_id>/edit", writing_ideas.idea_edit, name="idea_edit"),
    path("ideas/<int:idea_id>/draft", writing_ideas.idea_draft, name="idea_draft"),
    path("ideas/<int:idea_id>/submission", writing_ideas.idea_submission, name="idea_submission"),
    path("ideas/<int:idea_id>/withdrawal", writing_ideas.idea_withdrawal, name="idea_withdrawal"),
    path("ideas/<int:idea_id>/again", writing_ideas.idea_again, name="idea_again"),
    path("ideas/<int:idea_id>/materials", writing_materials.idea_materials, name="idea_materials"),
    path("ideas/<int:idea_id>/materials/<int:material_id>", writing_materials.idea_material, name="idea_material"),
    path("ideas/<int:idea_id>/makers", writing_makers.idea_makers, name="idea_makers"),
    path("ideas/<int:idea_id>/makers/mine", writing_makers.idea_share, name="idea_share"),
    path("ideas/<int:idea_id>/updates", writing_talk.idea_updates, name="idea_updates"),
    path("ideas/<int:idea_id>/updates/<int:update_id>", writing_talk.idea_update, name="idea_update"),
    path("ideas/<int:idea_id>/feedback", writing_talk.idea_feedback, name="idea_feedback"),
    path("ideas/<int:idea_id>/questions", writing_talk.idea_questions, name="idea_questions"),
    path("ideas/<int:idea_id>/questions/<int:question_id>", writing_talk.idea_question, name="idea_question"),
    path("ideas/<int:idea_id>/talk", writing_talk.idea_talk, name="idea_talk"),
    re_path(
        r"^media/ideas/(?P<token>[\w-]{16,40}?)(?P<thumb>-thumb)?\.webp$",
        writing_materials.idea_media,
        name="idea_media",
    ),
]
SHARES: list[URLPattern | URLResolver] = [
    path("me/shares", shares.my_shares, name="my_shares"),
    path("me/shares/<int:line_id>", shares.my_share, name="my_share"),
    path("me/shares/<int:line_id>.json", shares.my_share_json, name="my_share_json"),
    path("me/shares/<int:line_id>.pdf", shares.my_share_pdf, name="my_share_pdf"),
    path("ideas/<int:idea_id>/agreement", shares.agreement, name="idea_agreement"),
    path("team/shares", team_shares.team_shares, name="team_shares"),
    path("team/shares/closings", team_shares.team_shares_closing, name="team_shares_closing"),
    path("team/ideas/<int:idea_id>/share", team_shares.team_share, name="team_share"),
]
SUPPORTS: list[URLPattern | URLResolver] = [
    path("ideas/<int:idea_id>/support", supporting.idea_support, name="idea_support"),
    path("ideas/<int:idea_id>/support/withdraw", supporting.idea_support_withdraw, name="idea_support_withdraw"),
    path("ideas/<int:idea_id>/survey", supporting.idea_survey, name="idea_survey"),
    path("ideas/<int:idea_id>/follow", supporting.idea_follow, name="idea_follow"),
    path("ideas/<int:idea_id>/supporters", supporting.idea_supporters, name="idea_supporters"),
    path("team/ideas/<int:idea_id>/supports", signals.team_idea_signals, name="team_idea_signals"),
    path("team/ideas/<int:idea_id>/merge", merging.team_idea_merge, name="team_idea_merge"),
]
READING: list[URLPattern | URLResolver] = [
    path("ideas", reading.ideas, name="ideas"),
    path("ideas/odds", reading_calls.odds_page, name="ideas_odds"),
    path("ideas/roadmap", reading_calls.roadmap, name="ideas_roadmap"),
    path("ideas/made", reading_calls.hall, name="ideas_made"),
    path("ideas/feed.atom", reading_feeds.atom, name="ideas_atom"),
    path("ideas/feed.json", reading_feeds.json_feed, name="ideas_json"),
    path("ideas/programmes/<slug:slug>", reading_calls.programme, name="idea_programme"),
    path("ideas/programmes/<slug:slug>/rules", reading_calls.programme_rules, name="idea_rules"),
    path("ideas/<int:idea_id>/history", reading.history, name="idea_history"),
    path("ideas/<int:idea_id>/card.png", reading_feeds.share_card, name="idea_card"),
    path("ideas/<int:idea_id>/embed", reading_feeds.embed, name="idea_embed"),
    path("ideas/<int:idea_id>/embed/code", reading_feeds.embed_code, name="idea_embed_code"),
]
# The page of an idea by its readable name; last of all, since any word behind a number would be one.
LAST: list[URLPattern | URLResolver] = [
    path("ideas/<int:idea_id>", reading.idea, name="idea"),
    path("ideas/<int:idea_id>/<str:slug>", reading.idea, name="idea_slug"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *MAKING,
    *READING,
    *SUPPORTS,
    *SHARES,
    # the team's desk and the review board
    path("team/ideas", team.queue, name="team_ideas"),
    path("team/ideas/calendar.ics", team_batches.calendar_feed, name="team_calendar"),
    path("team/ideas/programmes", team_programmes.programmes, name="team_programmes"),
    path("team/ideas/programmes/<slug:slug>", team_programmes.programme, name="team_programme"),
    path("team/ideas/programmes/<slug:slug>/state", team_programmes.state, name="team_programme_state"),
    path("team/ideas/programmes/<slug:slug>/rules", team_programmes.rules, name="team_programme_rules"),
    path("team/ideas/programmes/<slug:slug>/shelves", team_programmes.shelves, name="team_programme_shelves"),
    path(
        "team/ideas/programmes/<slug:slug>/shelves/<int:shelf_id>", team_programmes.shelf, name="team_programme_shelf"
    ),
    path("team/ideas/batches", team_batches.batches, name="team_batches"),
    path("team/ideas/batches/<int:batch_id>", team_batches.batch, name="team_batch"),
    re_path(
        r"^team/ideas/batches/(?P<batch_id>[0-9]{1,18})/table\.(?P<kind>csv|xlsx)$",
        team_batches.export,
        name="team_batch_export",
    ),
    path("team/ideas/batches/<int:batch_id>/reviewers", team_batches.reviewers, name="team_batch_reviewers"),
    path(
        "team/ideas/batches/<int:batch_id>/reviewers/<int:member_id>", team_batches.reviewer, name="team_batch_reviewer"
    ),
    path("team/ideas/batches/<int:batch_id>/reminder", team_batches.reminder, name="team_batch_reminder"),
    path("team/ideas/entries/<int:entry_id>", team_review.entry, name="team_entry"),
    path("team/ideas/entries/<int:entry_id>/score", team_review.score, name="team_entry_score"),
    path("team/ideas/entries/<int:entry_id>/conflict", team_review.conflict, name="team_entry_conflict"),
    path("team/ideas/entries/<int:entry_id>/discussion", team_review.discussion, name="team_entry_discussion"),
    path("team/ideas/entries/<int:entry_id>/notes", team_review.notes, name="team_entry_notes"),
    path("team/ideas/entries/<int:entry_id>/decision", team_review.decision, name="team_entry_decision"),
    path("team/ideas/<int:idea_id>", team.idea, name="team_idea"),
    path("team/ideas/<int:idea_id>/publication", team.publication, name="team_idea_publication"),
    path("team/ideas/<int:idea_id>/return", team.sending_back, name="team_idea_return"),
    path("team/ideas/<int:idea_id>/archive", team.archive, name="team_idea_archive"),
    path("team/ideas/<int:idea_id>/making", team.making, name="team_idea_making"),
    *LAST,
]
