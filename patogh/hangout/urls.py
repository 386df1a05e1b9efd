"""Addresses of the hangout: what is read, then what is written."""

from django.urls import URLPattern, URLResolver, path, re_path

from patogh.hangout.ballots import views as ballots
from patogh.hangout.views import (
    reading,
    writing_decisions,
    writing_mine,
    writing_pictures,
    writing_posts,
    writing_spaces,
    writing_topics,
)

READING: list[URLPattern | URLResolver] = [
    path("talk", reading.talk, name="talk"),
    path("spaces", reading.spaces, name="spaces"),
    path("s/<slug:slug>", reading.space, name="space"),
    path("tags/<str:name>", reading.tag, name="tag"),
    path("t/<int:topic_id>", reading.topic, name="topic"),
    path("t/<int:topic_id>/p/<int:number>", reading.post, name="post"),
    path("posts/<int:post_id>/words", reading.post_words, name="post_words"),
    path("me/bookmarks", reading.bookmarks, name="bookmarks"),
    path("me/drafts", reading.drafts, name="drafts"),
]
WRITING: list[URLPattern | URLResolver] = [
    path("new", writing_topics.topic_new, name="topic_new"),
    path("topics", writing_topics.topics, name="topics"),
    path("t/<int:topic_id>/posts", writing_posts.topic_posts, name="topic_posts"),
    path("t/<int:topic_id>/edit", writing_topics.topic_edit, name="topic_edit"),
    path("t/<int:topic_id>/decisions", writing_decisions.topic_decisions, name="topic_decisions"),
    path("t/<int:topic_id>/pin", writing_decisions.topic_pin, name="topic_pin"),
    path("t/<int:topic_id>/closure", writing_decisions.topic_closure, name="topic_closure"),
    path("t/<int:topic_id>/trash", writing_decisions.topic_trash, name="topic_trash"),
    path("t/<int:topic_id>/move", writing_decisions.topic_move, name="topic_move"),
    path("t/<int:topic_id>/merge", writing_decisions.topic_merge, name="topic_merge"),
    path("merges/<int:merge_id>", writing_decisions.merge, name="merge"),
    path("t/<int:topic_id>/acceptance", writing_decisions.topic_acceptance, name="topic_acceptance"),
    path("t/<int:topic_id>/promise", writing_decisions.topic_promise, name="topic_promise"),
    path("t/<int:topic_id>/poll/votes", writing_decisions.poll_votes, name="poll_votes"),
    path("t/<int:topic_id>/poll", ballots.poll, name="poll"),
    path("t/<int:topic_id>/poll/recount", ballots.poll_recount, name="poll_recount"),
    path("t/<int:topic_id>/poll/entries", ballots.poll_entries, name="poll_entries"),
    path("t/<int:topic_id>/poll/terms", ballots.poll_terms, name="poll_terms"),
    path("t/<int:topic_id>/poll/roll", ballots.poll_roll, name="poll_roll"),
    path("t/<int:topic_id>/poll/start", ballots.poll_start, name="poll_start"),
    path("t/<int:topic_id>/poll/ballots", ballots.poll_ballots, name="poll_ballots"),
    path("t/<int:topic_id>/poll/openings", ballots.poll_openings, name="poll_openings"),
    path("t/<int:topic_id>/poll/closure", ballots.poll_closure, name="poll_closure"),
    path("t/<int:topic_id>/follow", writing_mine.topic_follow, name="topic_follow"),
    path("t/<int:topic_id>/read", writing_posts.topic_read, name="topic_read"),
    path("posts/<int:post_id>/edit", writing_posts.post_edit, name="post_edit"),
    path("posts/<int:post_id>/revisions", writing_posts.post_revisions, name="post_revisions"),
    path("posts/<int:post_id>/source", writing_posts.post_source, name="post_source"),
    path("posts/<int:post_id>/reactions/<str:kind>", writing_posts.reaction, name="reaction"),
    path("posts/<int:post_id>/bookmark", writing_posts.bookmark, name="bookmark"),
    path("posts/<int:post_id>/trash", writing_posts.post_trash, name="post_trash"),
    path("spaces/new", writing_spaces.space_new, name="space_new"),
    path("s/<slug:slug>/edit", writing_spaces.space_edit, name="space_edit"),
    path("s/<slug:slug>/members", writing_spaces.space_members, name="space_members"),
    path("s/<slug:slug>/follow", writing_mine.space_follow, name="space_follow"),
    path("tags/<str:name>/follow", writing_mine.tag_follow, name="tag_follow"),
    path("tags", writing_mine.tags, name="tags"),
    path("drafts/<str:place>", writing_mine.draft, name="draft"),
    path("mentions", writing_mine.mentions, name="mentions"),
    path("preview", writing_mine.preview, name="preview"),
    path("pictures", writing_pictures.pictures, name="pictures"),
    path("pictures/<str:token>", writing_pictures.picture, name="picture"),
    re_path(r"^media/(?P<token>[\w-]{16,40}?)(?P<thumb>-thumb)?\.webp$", writing_pictures.media, name="media"),
]
# A topic's slug takes whatever follows its number, so that it comes last.
READING_LAST: list[URLPattern | URLResolver] = [path("t/<int:topic_id>/<str:slug>", reading.topic, name="topic_slug")]

urlpatterns: list[URLPattern | URLResolver] = [*READING, *WRITING, *READING_LAST]
