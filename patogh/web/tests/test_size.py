"""What a page asks of the database does not grow with the house, and nothing big is read whole or sorted by hand."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.hangout import actions
from patogh.hangout.actions import NewReply
from patogh.hangout.models import Topic
from patogh.hangout.queries.lists import topic_path
from patogh.hangout.tests.reading_cast import cellar, fresh_memory, space, talk  # noqa: F401
from patogh.looks.assembly import store

pytestmark = pytest.mark.django_db
PAGES = [
    "/", "/talk", "/talk?by=new", "/talk?by=top", "/talk?by=unanswered", "/s/repair", "/s/repair?by=new", "/s/repair?by=top",
    "/tags/زنجیر", "TOPIC", "TOPIC?page=2", "/search?q=زنجیر", "/search?q=پاسخ", "/@reza", "/@reza/topics", "/@reza/posts", "/members",
]  # fmt: skip
OWN_PAGES = [
    "/notices", "/me/moderation", "/me/settings/blocks", "/me/settings/notices", "/me/settings/tokens", "/me/settings/data", "/moderation", "/moderation.csv",
    "/review", "/review?kind=flags", "/review?state=decided", "/review/opinions", "/team/insight/moderation", "/team/webhooks",
    "/api/v1/tags", "/api/v1/topics", "/api/v1/members", "/api/v1/me/flags", "/api/v1/me/decisions", "/api/v1/moderation-log", "/api/v1/review", "/api/v1/notices",
]  # fmt: skip
BIG = (
    "hangout_topic",
    "hangout_post",
    "people_member",
    "activity_activity",
    "search_document",
    "hangout_reaction",
    "hangout_readmarker",
    "hangout_topictag",
    "people_notice",
    "trust_decision",
    "trust_flag",
    "trust_held",
    "trust_reviewitem",
    "channels_delivery",
    "api_webhookdelivery",
)
NAMED = re.compile(
    rf'\b"?({"|".join(BIG)})"?(?:\s+(?:AS\s+)?"?(?!WHERE|ON|INNER|LEFT|JOIN|ORDER|CROSS)(\w+)"?)?', re.IGNORECASE
)
# A house has few spaces, and a member few cases that are open, so sorting them costs nothing.
FEW = ('"search_document"."kind" = \'space\'', '"trust_reviewitem"."member_id" = ')


@pytest.fixture
def big_topic(space, member, other_member) -> Topic:
    topic = talk(space, member, replies=[(other_member, f"پاسخ {number}") for number in range(44)])
    for number in range(3):
        talk(space, other_member, title=f"زنجیر شمارهٔ {number}", replies=[(member, f"پاسخ به {number}")])
    return topic


def grow(space, topic, members) -> None:
    """Make the house ten times as large."""
    for number in range(36):
        talk(space, members[number % 2], title=f"زنجیر دیگر {number}", replies=[(members[1 - number % 2], "پاسخ")])
    for number in range(60):
        actions.reply(topic, NewReply(f"پاسخ تازه {number}"), by=members[number % 2])


def asked(client, page) -> list[str]:
    """Return the queries of a page that nothing is remembered of, but the process's own settings."""
    client.get(page)
    store.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return [query["sql"] for query in queries.captured_queries]


def path_of(page, topic) -> str:
    return page.replace("TOPIC", topic_path(topic.pk, topic.title))


@pytest.mark.parametrize("who", ["stranger", "member"])
def test_no_page_asks_more_of_a_house_ten_times_as_large(
    who, big_topic, space, member, other_member, stranger, signed_in
):
    client = stranger if who == "stranger" else signed_in(member)
    small = {page: len(asked(client, path_of(page, big_topic))) for page in PAGES}
    grow(space, big_topic, (member, other_member))
    # It may ask less: a search that finds little looks further, and a short road names more kinds of things.
    large = {page: len(asked(client, path_of(page, big_topic))) for page in PAGES}
    assert {page: (small[page], large[page]) for page in PAGES if large[page] > small[page]} == {}


@pytest.mark.sqlite
@pytest.mark.parametrize("who", ["stranger", "member"])
def test_no_page_reads_a_big_table_whole_or_sorts_it(who, big_topic, member, stranger, signed_in):
    client = stranger if who == "stranger" else signed_in(member)
    assert costly(client, [path_of(page, big_topic) for page in PAGES]) == {}


@pytest.mark.sqlite
def test_no_page_of_ones_own_or_the_team_does_either(big_topic, owner, signed_in):
    assert costly(signed_in(owner), OWN_PAGES) == {}


def costly(client, pages) -> dict[str, list[str]]:
    """Return what is wrong with the plans of these pages' queries, by page and query."""
    return {f"{page}: {query}": plan for page in pages for query in asked(client, page) if (plan := costs_of(query))}


@pytest.mark.sqlite
def test_the_plan_that_reads_and_sorts_everything_is_seen():
    assert costs_of('SELECT id FROM hangout_topic WHERE views_count > 3 ORDER BY "views_count"')


def costs_of(query: str) -> list[str]:
    """Return the steps of SQLite's plan that grow with a big table: read from end to end, or sorted from an index of many."""
    if not query.lstrip().upper().startswith("SELECT") or any(words in query for words in FEW):
        return []
    with connection.cursor() as cursor:
        steps = [row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {query}")]
    aliases = {name.lower() for found in NAMED.findall(query) for name in found if name}
    mine = [
        step
        for step in steps
        if (words := step.split()) and words[0] in {"SCAN", "SEARCH"} and words[1].lower() in aliases
    ]
    whole = [step for step in mine if step.startswith("SCAN") and "USING" not in step]
    many = [step for step in mine if "INDEX" in step and "autoindex" not in step and "_uniq" not in step]
    sorts = [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step and many]
    return whole + sorts
