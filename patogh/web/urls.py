"""Addresses of pages that span rooms."""

from django.urls import URLPattern, URLResolver, path

from patogh.web.views import feeds, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("feeds/all.atom", feeds.all_topics, name="feed_all"),
    path("feeds/all.json", feeds.all_topics, name="feed_all_json"),
    path("s/<slug:slug>.json", feeds.space, name="feed_space_json"),
    path("t/<int:topic_id>.json", feeds.topic, name="feed_topic_json"),
    path("s/<slug:slug>.atom", feeds.space, name="feed_space"),
    path("t/<int:topic_id>.atom", feeds.topic, name="feed_topic"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", feeds.sitemap_chunk, name="sitemap_chunk"),
    path("robots.txt", feeds.robots, name="robots"),
]
