"""Nothing of what is behind a door comes through the API, and asking costs the same for one row and for thirty."""

import pytest

from patogh.hangout import actions as talk
from patogh.hangout.actions import NewReply, NewTopic
from patogh.people.models import Member

pytestmark = pytest.mark.django_db
CANARY = "قناری‌زرد"
READ = ("/topics", "/topics?order=new", "/spaces", "/tags", "/search?q=قناری", "/search/suggestions?q=قنا", "/search/similar?q=راز قناری زرد", "/members", "/members/behrouz", "/members/behrouz/topics", "/members/behrouz/posts", "/notices", "/me/bookmarks", "/me/follows")  # fmt: skip


def test_the_canary_sings_on_no_list(secret_topic, question, member, program):
    mina = program(member)
    assert [path for path in READ if CANARY in mina.get(path).content.decode()] == []


def test_a_foreign_thing_is_answered_as_one_that_does_not_exist(secret_topic, question, member, program):
    mina, post = program(member), secret_topic.posts.get()
    deeds = [("GET", "/topics/{}"), ("GET", "/topics/{}/posts"), ("PATCH", "/topics/{}"), ("PUT", "/topics/{}/follow"), ("PUT", "/topics/{}/trash"), ("PUT", "/topics/{}/pin"), ("DELETE", "/topics/{}/poll/votes")]  # fmt: skip
    of_posts = [("GET", "/posts/{}"), ("GET", "/posts/{}/revisions"), ("PATCH", "/posts/{}"), ("PUT", "/posts/{}/trash"), ("PUT", "/posts/{}/bookmark"), ("PUT", "/posts/{}/reactions/thanks")]  # fmt: skip
    for method, path in deeds:
        told(mina, method, path, secret_topic.pk)
    for method, path in of_posts:
        told(mina, method, path, post.pk)
    told(mina, "GET", "/spaces/{}", "workshop", absent="nowhere")


def told(program, method, path, foreign, absent=987654):
    body = {"text": "x"} if path == "/posts/{}" and method == "PATCH" else None if method == "GET" else {}
    answers = [program.ask(method, path.format(one), body) for one in (foreign, absent)]
    assert [one.status_code for one in answers] == [404, 404], (method, path)
    bodies = [one.json() | {"instance": ""} for one in answers]
    assert bodies[0] == bodies[1]


def test_replying_to_a_foreign_topic_is_404(secret_topic, member, program):
    assert program(member).post(f"/topics/{secret_topic.pk}/posts", {"text": "سلام"}).status_code == 404


def test_another_members_session_token_draft_picture_and_notice_are_not_mine(member, other_member, program):
    reza, mina = program(other_member), program(member)
    token = mina.get("/me/tokens").json()["items"][0]["id"]
    assert reza.delete(f"/me/tokens/{token}").status_code == 404
    assert mina.get("/me").status_code == 200
    for method, path in (
        ("DELETE", "/me/sessions/1"),
        ("GET", "/me/drafts/new"),
        ("DELETE", "/pictures/abcdefghijklmnopqrst"),
        ("PUT", "/notices/1/seen"),
    ):
        assert reza.ask(method, path, None if method != "PUT" else {}).status_code == 404


def test_the_words_of_somebody_under_16_are_hers_alone(member, other_member, program):
    Member.objects.filter(pk=member.pk).update(age_band="under16", bio="راز من", place="اصفهان")
    assert program(other_member).get("/members/mina").json()["bio"] == ""
    member.refresh_from_db()
    assert program(member).get("/me").json()["bio"] == "راز من"


def test_an_address_is_shown_to_its_owner_alone(member, other_member, program):
    reza = program(other_member)
    assert all(
        "mina@example.org" not in reza.get(path).content.decode() for path in ("/members/mina", "/members", "/me")
    )


@pytest.mark.parametrize(
    "path",
    ["/topics", "/topics/{}/posts", "/spaces", "/tags", "/members", "/notices", "/me/bookmarks", "/search?q=توپی"],
)
def test_a_list_costs_the_same_for_one_row_and_for_thirty(
    question, space, member, other_member, program, path, django_assert_max_num_queries
):
    mina = program(member)
    address = path.format(question.pk)
    mina.get(address)
    few = counted(mina, address)
    for number in range(30):
        topic = talk.open_topic(space, NewTopic(f"توپی {number}", "صدا", tags=(f"برچسب{number}",)), by=other_member)
        post = talk.reply(question, NewReply(f"پاسخ {number}"), by=other_member)
        talk.bookmark(post, by=member)
        talk.bookmark(topic.posts.get(), by=member)
    assert counted(mina, address) <= few + (3 if "search" in path else 1)


def counted(program, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert program.get(address).status_code == 200
    return len(seen)
