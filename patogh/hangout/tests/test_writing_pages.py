"""The writing pages: plain forms that redirect, fragments for scripts, and nothing forgotten on the way."""

import pytest

from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewTopic, PostEdit
from patogh.hangout.models import Bookmark, Draft, Poll, Post, Space, Topic, TopicMerge
from patogh.people.models import Notice


def test_the_composer_comes_with_what_was_left_unsent(space, member, signed_in):
    client = signed_in(member)
    client.post("/drafts/new", {"title": "نیمه‌کاره", "text": "متن نیمه", "kind": "show", "option": ["یک", ""]})
    page = client.get("/new").content.decode()
    for kept in ("نیمه‌کاره", "متن نیمه", 'value="show" checked', 'value="یک"'):
        assert kept in page
    client.post("/drafts/new", {"_method": "DELETE"})
    assert not Draft.objects.exists()


def test_a_draft_says_when_it_was_saved(member, signed_in):
    said = signed_in(member).post("/drafts/topic:1", {"text": "نیمه"}, headers={"Accept": "application/json"}).json()
    assert said["saved"]
    assert said["words"].startswith("پیش‌نویس ذخیره شد، ")


def test_a_draft_is_also_put(member, signed_in):
    signed_in(member).put(
        "/drafts/new", "text=%D9%86%DB%8C%D9%85%D9%87", content_type="application/x-www-form-urlencoded"
    )
    assert Draft.objects.get().text == "نیمه"


def test_only_the_team_is_offered_a_notice(space, member, agent, signed_in):
    assert 'value="notice"' not in signed_in(member).get("/new").content.decode()
    assert 'value="notice"' in signed_in(agent).get("/new").content.decode()


def test_a_promise_is_typed_in_the_viewers_calendar_with_persian_digits(space, agent, signed_in, time_machine):
    time_machine.move_to("2026-11-22T12:00:00Z", tick=False)
    signed_in(agent).post(
        "/topics",
        {"title": "زین تازه", "text": "متن", "space": "repair", "kind": "notice", "promised_on": "۱۵ آذر ۱۴۰۵"},
    )
    assert str(Topic.objects.get().promised_on) == "2026-12-06"


def test_a_reply_leads_to_its_place(question, other_member, signed_in):
    answer = signed_in(other_member).post(f"/t/{question.pk}/posts", {"text": "پاسخ"})
    assert answer["Location"].endswith("#p2")


def test_a_word_toggles_without_scripts_and_is_a_fragment_with_them(answer, member, signed_in):
    client, address = signed_in(member), f"/posts/{answer.pk}/reactions/worked"
    assert client.post(address, {"toggle": "1"}).status_code == 302
    assert Post.objects.get(pk=answer.pk).reactions == {"worked": 1}
    client.post(address, {"toggle": "1"})
    assert Post.objects.get(pk=answer.pk).reactions == {}
    assert b"data-words-of" in client.post(address, headers={"HX-Request": "true"}).content


def test_a_bookmark_comes_and_goes(answer, member, signed_in):
    client = signed_in(member)
    client.post(f"/posts/{answer.pk}/bookmark")
    assert Bookmark.objects.get().member == member
    client.post(f"/posts/{answer.pk}/bookmark", {"_method": "DELETE"})
    assert not Bookmark.objects.exists()


def test_votes_over_http(space, member, other_member, signed_in):
    topic = actions.open_topic(
        space, NewTopic("کدام زین؟", "متن", poll=NewPoll("کدام؟", ("یک", "دو"))), by=other_member
    )
    client, option = signed_in(member), topic.poll.options.first()
    client.post(f"/t/{topic.pk}/poll/votes", {"option": option.pk})
    assert Poll.objects.get().voters_count == 1
    client.delete(f"/t/{topic.pk}/poll/votes")
    assert Poll.objects.get().voters_count == 0
    assert client.post(f"/t/{topic.pk}/poll/votes", {"option": "abc"}).status_code == 400


def test_history_shows_what_changed(answer, other_member, signed_in):
    actions.edit_post(answer, PostEdit("خار را عوض کنید.", why="دقیق‌تر"), by=other_member)
    page = signed_in(other_member).get(f"/posts/{answer.pk}/revisions").content.decode()
    assert "<del>" in page
    assert "<ins>" in page
    assert "دقیق‌تر" in page


def test_the_source_of_a_post_is_plain_text(answer, stranger):
    said = stranger.get(f"/posts/{answer.pk}/source")
    assert said["Content-Type"] == "text/plain; charset=utf-8"
    assert said.content.decode() == answer.text


def test_people_are_offered_by_handle_and_name(member, other_member, agent, signed_in):
    client = signed_in(member)
    for typed in ("رضا", "re", "RE"):
        assert [
            one["handle"]
            for one in client.get("/mentions", {"q": typed}, headers={"Accept": "application/json"}).json()
        ] == ["reza"]
    assert b'role="option"' in client.get("/mentions?q=ham").content
    assert client.get("/mentions?q=", headers={"Accept": "application/json"}).json() == []


def test_tags_are_offered_by_their_beginning(question, member, signed_in):
    assert 'value="توپی"' in signed_in(member).get("/tags", {"tags": "زین، تو"}).content.decode()


def test_a_preview_is_what_it_will_be(member, signed_in):
    assert (
        signed_in(member).post("/preview", {"text": "**درشت** <i>"}).content.decode().strip()
        == '<p dir="auto"><strong>درشت</strong> &lt;i&gt;</p>'
    )


def test_a_moderator_decides_and_undoes_on_one_page(question, answer, moderator, signed_in):
    client = signed_in(moderator)
    for what in ("pin", "closure", "trash"):
        client.post(f"/t/{question.pk}/{what}", {"why": "چون"})
        assert f'action="/t/{question.pk}/{what}"' in client.get(f"/t/{question.pk}/decisions").content.decode()
        client.post(f"/t/{question.pk}/{what}", {"_method": "DELETE"})
    topic = Topic.objects.get(pk=question.pk)
    assert (topic.pinned_at, topic.closed_at, topic.trashed_at) == (None, None, None)


def test_a_merge_takes_an_address_and_is_undone(question, answer, space, member, moderator, signed_in):
    other = actions.open_topic(space, NewTopic("توپی جلو", "متن"), by=member)
    client = signed_in(moderator)
    assert "توپی جلو" in client.get(f"/t/{question.pk}/decisions", {"q": "توپی جلو"}).content.decode()
    client.post(f"/t/{question.pk}/merge", {"target": f"https://patogh.example/t/{other.pk}/whatever?page=2#p3"})
    merge = TopicMerge.objects.get()
    client.post(f"/merges/{merge.pk}", {"_method": "DELETE"})
    assert Topic.objects.get(pk=question.pk).merged_into_id is None


def test_the_owner_opens_a_space_and_lets_people_in(owner, member, signed_in):
    client = signed_in(owner)
    form = {"name": "پشت کارگاه", "slug": "workshop", "colour": "saf", "access": "private", "position": "۲۰"}
    assert client.post("/spaces/new", {**form, "slug": "Bad Slug"}).status_code == 400
    client.post("/spaces/new", form)
    assert Space.objects.get().position == 20
    client.post("/s/workshop/members", {"handle": "@mina"})
    assert signed_in(member).get("/s/workshop").status_code == 200
    client.post("/s/workshop/members", {"_method": "DELETE", "handle": "mina"})
    assert signed_in(member).get("/s/workshop").status_code == 404


def test_whoever_took_her_own_post_away_brings_it_back_but_not_what_a_moderator_took(
    answer, other_member, moderator, signed_in
):
    client, address = signed_in(other_member), f"/posts/{answer.pk}/trash"
    client.post(address)
    assert client.delete(address).status_code == 302
    actions.trash_post(answer, by=moderator)
    assert client.delete(address).status_code == 404


def test_an_author_takes_a_topic_away_only_while_nobody_has_answered(question, member, other_member, signed_in):
    client = signed_in(member)
    actions.reply(question, actions.NewReply("پاسخ"), by=other_member)
    assert client.post(f"/t/{question.pk}/trash").status_code == 404


@pytest.mark.parametrize("tab", ["topics", "posts"])
def test_profiles_list_what_was_opened_and_written(question, answer, member, other_member, signed_in, tab):
    page = signed_in(member).get(f"/@{'mina' if tab == 'topics' else 'reza'}/{tab}").content.decode()
    assert question.title in page


def test_notices_lead_to_the_post(question, member, other_member):
    from patogh.activity.jobs import drain

    actions.reply(question, actions.NewReply("پاسخ"), by=other_member)
    drain()
    assert Notice.objects.get(kind="hangout.replied_to_you").url == f"/t/{question.pk}/p/2"


def test_the_opening_post_goes_with_its_topic(question, member, signed_in):
    opening = Post.objects.get(topic=question, number=1)
    assert signed_in(member).post(f"/posts/{opening.pk}/trash")["Location"] == "/s/repair"
    assert Topic.objects.get(pk=question.pk).trashed_at is not None


def test_the_asker_tells_what_happened_next(question, member, signed_in):
    signed_in(member).post(f"/t/{question.pk}/posts", {"text": "درست شد", "followup": "1"})
    assert Post.objects.get(topic=question, number=2).is_followup
