"""Addresses of the hangout: what is read, then what is written."""

from django.urls import URLPattern, URLResolver, path

from patogh.hangout.views import reading

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
# A topic's slug takes whatever follows its number, so that it comes last.
READING_LAST: list[URLPattern | URLResolver] = [path("t/<int:topic_id>/<str:slug>", reading.topic, name="topic_slug")]

urlpatterns: list[URLPattern | URLResolver] = [*READING, *READING_LAST]
