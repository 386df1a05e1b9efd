"""What is read here: tokens, and the rows that the API shows where no page shows the same."""

from patogh.api.queries.book import line_said, receipt_said, seal_said
from patogh.api.queries.mine import follows_of, sessions_of
from patogh.api.queries.polls import recount_said
from patogh.api.queries.posts import one_post, person, posts_page, topic_said
from patogh.api.queries.tokens import holder, tokens_of
from patogh.api.queries.topics import whole_topic
from patogh.api.queries.waiting import reasons

__all__ = [
    "follows_of", "holder", "line_said", "one_post", "person", "posts_page", "reasons", "receipt_said", "recount_said", "seal_said", "sessions_of",
    "tokens_of", "topic_said", "whole_topic",
]  # fmt: skip
