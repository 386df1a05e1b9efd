"""Reading: topics, lists, spaces and what is one's own on them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.hangout import actions
from patogh.hangout.actions.posts import PostEdit
from patogh.hangout.models import Post, Topic
from patogh.hangout.queries.beside import nearby
from patogh.hangout.queries.lists import RESERVED, topic_path
from patogh.hangout.tests.reading_cast import CANARY, cellar, fresh_memory, space, talk  # noqa: F401
from patogh.looks.assembly import store

pytestmark = pytest.mark.django_db


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_a_topic_shows_its_posts_in_order_with_people_and_tags(space, member, other_member, stranger):
    topic = talk(space, member, replies=[(other_member, "روغن بزن"), (member, "زدم")])
    html = page(stranger, topic_path(topic.pk, topic.title))
    assert html.index("چه کنم؟") < html.index("روغن بزن") < html.index("زدم")
    assert "رضا نجفی" in html and "/tags/" in html and 'id="p3"' in html


def test_a_wrong_slug_leads_to_the_right_address(space, member, stranger):
    topic = talk(space, member)
    assert stranger.get(f"/t/{topic.pk}/else").status_code == 301
    assert stranger.get(f"/t/{topic.pk}").url.startswith(f"/t/{topic.pk}/")


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_title_takes_an_address_of_ours(word):
    assert topic_path(7, word) == f"/t/7/{word}-"


def test_the_post_address_leads_to_its_page_of_the_topic(space, member, stranger):
    topic = talk(space, member, replies=[(member, f"پاسخ {n}") for n in range(31)])
    assert stranger.get(f"/t/{topic.pk}/p/32").url.endswith("?page=2#p32")
    assert "پاسخ 30" in page(stranger, topic_path(topic.pk, topic.title) + "?page=2")
    page(stranger, topic_path(topic.pk, topic.title) + "?page=3", 404)


@pytest.mark.parametrize("number", ["0", "-1", "abc", "۹۹۹۹۹۹۹۹۹", "1e3", "2 "])
def test_a_page_that_is_no_page_is_not_found(space, member, stranger, number):
    topic = talk(space, member)
    page(stranger, topic_path(topic.pk, topic.title) + f"?page={number}", 404)


def test_the_accepted_answer_is_lifted_in_its_place(space, member, other_member, stranger):
    topic = talk(space, member, replies=[(other_member, "خار خلاص‌کن")])
    actions.accept_answer(Post.objects.get(topic=topic, number=2), by=member)
    html = page(stranger, topic_path(topic.pk, topic.title))
    assert 'class="accepted"' in html and "مینا کیانی" in html


def test_what_is_written_is_seen_at_once(space, member, other_member, stranger):
    topic = talk(space, member)
    path = topic_path(topic.pk, topic.title)
    page(stranger, path)
    post = actions.reply(topic, actions.NewReply(text="همین الان"), by=other_member)
    assert "همین الان" in page(stranger, path)
    actions.react(post, "thanks", by=member)
    assert 'data-word="thanks"' in page(stranger, path)
    actions.edit_post(post, PostEdit(text="عوضش کردم"), by=other_member)
    assert "عوضش کردم" in page(stranger, path)


def test_a_new_name_is_seen_on_remembered_pages(space, member, stranger):
    from patogh.people.actions import edit_profile

    topic = talk(space, member)
    path = topic_path(topic.pk, topic.title)
    page(stranger, path)
    edit_profile(member, name="مینا نوری", bio="", place="", links=[], by=member)
    assert "مینا نوری" in page(stranger, path)


def test_ones_own_words_are_marked_on_ones_own_page_only(space, member, other_member, signed_in, stranger):
    topic = talk(space, member)
    post = Post.objects.get(topic=topic, number=1)
    actions.react(post, "same", by=other_member)
    path = topic_path(topic.pk, topic.title)
    mark = f'[data-post="{post.pk}"] [data-word="same"]'
    assert mark in page(signed_in(other_member), path)
    assert mark not in page(signed_in(member), path)
    assert mark not in page(stranger, path)


def test_a_members_page_has_a_nonce_for_its_style_and_a_strangers_none(space, member, signed_in, stranger):
    topic = talk(space, member)
    path = topic_path(topic.pk, topic.title)
    assert "nonce-" in signed_in(member).get(path).headers["Content-Security-Policy"]
    assert "nonce" not in stranger.get(path).headers["Content-Security-Policy"]


def test_a_stranger_who_has_the_page_gets_304(space, member, stranger):
    topic = talk(space, member)
    path = topic_path(topic.pk, topic.title)
    first = stranger.get(path)
    assert stranger.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    actions.reply(topic, actions.NewReply(text="تازه"), by=member)
    assert stranger.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_unread_posts_are_told_and_reached(space, member, other_member, signed_in):
    topic = talk(space, member)
    reader = signed_in(other_member)
    actions.mark_read(topic, 1, by=other_member)
    actions.reply(topic, actions.NewReply(text="تازه"), by=member)
    html = page(reader, topic_path(topic.pk, topic.title))
    assert f"/t/{topic.pk}/p/2" in html and "#p2::before{display:block}" in html


def test_a_trashed_post_leaves_its_place_and_not_its_words(space, member, moderator, stranger):
    topic = talk(space, member, replies=[(member, "کلمهٔ پاک‌شده")])
    actions.trash_post(Post.objects.get(topic=topic, number=2), by=moderator)
    html = page(stranger, topic_path(topic.pk, topic.title))
    assert "کلمهٔ پاک‌شده" not in html and 'id="p2"' in html


def test_a_trashed_topic_is_gone_for_all_but_moderators(space, member, moderator, signed_in, stranger):
    topic = talk(space, member)
    path = topic_path(topic.pk, topic.title)
    actions.trash_topic(topic, by=moderator)
    page(stranger, path, 404)
    page(signed_in(member), path, 404)
    page(signed_in(moderator), path)


def test_live_fragments_bring_what_came_after(space, member, other_member, stranger):
    topic = talk(space, member, replies=[(other_member, "دومی"), (other_member, "سومی")])
    html = page(stranger, f"/t/{topic.pk}/posts?after=2")
    assert "سومی" in html and "دومی" not in html and "<html" not in html
    assert "دومی" in page(stranger, f"/t/{topic.pk}/posts?only=2")


@pytest.mark.parametrize(
    "path",
    [
        "/talk",
        "/talk?by=new",
        "/talk?by=top",
        "/talk?by=unanswered",
        "/s/repair",
        "/s/repair?by=new",
        "/tags/زنجیر",
        "/",
    ],
)
def test_every_list_shows_the_topic(space, member, stranger, path):
    talk(space, member)
    assert "زنجیر صدا می‌دهد" in page(stranger, path)


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "WzEuNSwyLDBd", "A" * 600, "WyIyMDI2IiwxLDBd", "bnVsbA"])
@pytest.mark.parametrize("path", ["/talk?by=active", "/talk?by=top", "/s/repair?by=new"])
def test_a_hostile_cursor_is_a_clear_refusal(space, stranger, path, cursor):
    assert stranger.get(f"{path}&after={cursor}").status_code == 400


def test_pages_of_a_list_follow_each_other_without_gaps(space, member, stranger):
    for number in range(30):
        talk(space, member, title=f"گفت‌وگوی شمارهٔ {number:02}", tags=())
    first = page(stranger, "/talk?by=new")
    link = re.search(r'href="(/talk\?by=new&amp;after=[^"]+)"', first)[1].replace("&amp;", "&")
    second = page(stranger, link)
    shown = [sum(f"گفت‌وگوی شمارهٔ {n:02}" in html for n in range(30)) for html in (first, second)]
    assert shown == [25, 5]


@pytest.mark.parametrize(
    "path",
    ["/talk", "/talk?by=top", "/s/repair", "/", "/tags/زنجیر", "/feeds/all.atom", "/s/repair.atom", "/sitemap-1.xml"],
)
def test_a_list_asks_as_much_for_thirty_rows_as_for_one(space, member, other_member, stranger, path):
    talk(space, member, replies=[(other_member, "یک")])
    one = asked(stranger, path)
    for number in range(29):
        talk(space, member if number % 2 else other_member, title=f"موضوع {number}", replies=[(other_member, "دو")])
    assert asked(stranger, path) == one


def test_a_topic_asks_as_much_for_thirty_posts_as_for_one(space, member, other_member, stranger):
    small = talk(space, member)
    large = talk(space, member, replies=[(other_member, f"پاسخ {n}") for n in range(29)])
    assert asked(stranger, topic_path(small.pk, small.title)) == asked(stranger, topic_path(large.pk, large.title))


def asked(client, path):
    client.get(path)
    store.clear()
    nearby.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


EVERYWHERE = [
    "/", "/talk", "/talk?by=new", "/talk?by=top", "/talk?by=unanswered", "/spaces", "/s/repair", "/tags/زنجیر", "/feeds/all.atom",
    "/s/repair.atom", "/sitemap.xml", "/sitemap-1.xml", "/me/bookmarks", "/me/drafts",
]  # fmt: skip


@pytest.mark.parametrize("path", EVERYWHERE)
def test_a_private_space_leaks_nowhere(space, cellar, member, other_member, signed_in, stranger, path):
    topic = talk(space, member)
    outsider = signed_in(other_member)
    insider = signed_in(member)
    insider.get(path)
    for client in (stranger, outsider):
        assert CANARY not in client.get(path, follow=True).content.decode()
        assert CANARY not in client.get(topic_path(topic.pk, topic.title)).content.decode()


def test_a_private_space_is_open_to_its_members(space, cellar, member, signed_in):
    insider = signed_in(member)
    assert CANARY in page(insider, "/talk") and CANARY in page(insider, "/s/cellar")
    assert CANARY in page(insider, "/")


@pytest.mark.parametrize(
    "path",
    [
        "/s/cellar",
        "/s/cellar.atom",
        "/t/{id}",
        "/t/{id}.atom",
        "/t/{id}/posts?after=0",
        "/t/{id}/p/1",
        "/posts/{post}/words",
    ],
)
def test_addresses_of_a_private_space_do_not_exist_for_others(cellar, other_member, signed_in, stranger, path):
    topic = Topic.objects.get(space=cellar)
    address = path.format(id=topic.pk, post=Post.objects.get(topic=topic).pk)
    for client in (stranger, signed_in(other_member)):
        assert client.get(address).status_code == 404


def test_what_is_muted_stays_out_of_ones_lists(space, member, other_member, signed_in):
    topic = talk(space, member, title="بی‌صداشدنی")
    reader = signed_in(other_member)
    assert "بی‌صداشدنی" in page(reader, "/talk")
    actions.follow(topic, by=other_member, level="muted")
    assert "بی‌صداشدنی" not in page(reader, "/talk")


def test_a_topic_that_moves_into_a_private_space_is_gone_at_once(space, cellar, member, moderator, owner, stranger):
    topic = talk(space, member, title="رفتنی")
    assert "رفتنی" in page(stranger, "/talk") and "رفتنی" in page(stranger, "/")
    actions.let_in(cellar, moderator, by=owner)
    actions.move_topic(topic, cellar, by=moderator)
    assert "رفتنی" not in page(stranger, "/talk") and "رفتنی" not in page(stranger, "/")
    page(stranger, topic_path(topic.pk, topic.title), 404)


def test_the_english_page_speaks_english(space, member, stranger):
    talk(space, member)
    stranger.cookies["language"] = "en"
    html = page(stranger, "/talk")
    assert '<html lang="en" dir="ltr"' in html and "Unanswered" in html and "Repair" in html
