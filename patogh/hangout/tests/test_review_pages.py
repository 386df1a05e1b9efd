"""The pages of moderators, of whoever they decided about, and of the public: in both languages, without scripts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.hangout import actions
from patogh.hangout.actions import NewReply, gate
from patogh.hangout.models import Post
from patogh.people.models import Member
from patogh.trust import actions as trust
from patogh.trust.models import Appeal, Decision, Held, ReviewItem, Sanction
from patogh.trust.nouns import Ruling, Subject

PAGES = ("/review", "/review?state=decided", "/review/opinions", "/team/words", "/me/moderation", "/me/settings/blocks", "/me/settings/age", "/moderation")  # fmt: skip


@pytest.fixture
def flagged(answer, member) -> ReviewItem:
    """Reza's answer, reported by Mina."""
    return trust.flag(Subject("hangout.post", str(answer.pk)), "spam", "تبلیغ است", by=member).item


def spoken(client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_page_speaks_both_languages(flagged, moderator, language, signed_in):
    Member.objects.update(language=language)
    client = signed_in(Member.objects.get(pk=moderator.pk))
    for address in (*PAGES, f"/review/{flagged.pk}", "/@reza/moderation", "/@navid/trust"):
        assert f'lang="{language}"' in spoken(client, address)


def test_a_moderator_decides_and_takes_it_back(flagged, answer, moderator, signed_in):
    client = signed_in(moderator)
    page = spoken(client, f"/review/{flagged.pk}")
    assert "تبلیغ است" in page and "مینا کیانی" in page
    sent = {"what": "hide", "reason": "spam", "words": "آگهی نگذارید.", "public_reason": "آگهی"}
    said = client.post(f"/review/{flagged.pk}/decision", sent)
    decision = Decision.objects.get()
    assert said.headers["Location"] == f"/review?undo={decision.batch}&count=1"
    assert Post.objects.get(pk=answer.pk).hidden_at is not None
    client.post(f"/review/batches/{decision.batch}", {"_method": "DELETE"})
    assert Post.objects.get(pk=answer.pk).hidden_at is None
    assert ReviewItem.objects.get(pk=flagged.pk).state == "open"


def test_a_refused_decision_keeps_what_was_typed(flagged, moderator, signed_in):
    sent = {"what": "none", "reason": "spam", "sanction": "silence", "days": "", "words": "این متن بماند"}
    answer = signed_in(moderator).post(f"/review/{flagged.pk}/decision", sent)
    assert answer.status_code == 400 and "این متن بماند" in answer.content.decode()
    assert not Decision.objects.exists()


def test_many_are_decided_in_one_go(question, other_member, member, moderator, signed_in):
    posts = [actions.reply(question, NewReply(f"پاسخ {n}"), by=other_member) for n in range(3)]
    items = [trust.flag(Subject("hangout.post", str(post.pk)), "spam", by=member).item_id for post in posts]
    signed_in(moderator).post("/review", {"item": items, "what": "approve", "reason": "harmless"})
    assert Decision.objects.count() == 3 and not ReviewItem.objects.filter(state="open").exists()


def test_the_queue_costs_the_same_with_1_and_with_30(question, other_member, member, moderator, signed_in):
    client, costs = signed_in(moderator), []
    for count in (1, 29):
        for n in range(count):
            post = actions.reply(question, NewReply(f"پاسخ {count} {n}"), by=other_member)
            ReviewItem.objects.create(kind="flags", subject_kind="hangout.post", subject_id=str(post.pk), member=other_member, space_id=question.space_id, opened_at=timezone.now())  # fmt: skip
        client.get("/review")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/review").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_what_stands_behind_a_door_is_in_nobody_elses_queue(hidden_space, owner, member, moderator, signed_in):
    actions.let_in(hidden_space, member, by=owner)
    topic = actions.open_topic(hidden_space, actions.NewTopic("رازی در میان است", "متن راز"), by=owner)
    post = topic.posts.get(number=1)
    item = trust.flag(Subject("hangout.post", str(post.pk)), "spam", by=member).item
    client = signed_in(moderator)
    assert "رازی در میان" not in spoken(client, "/review") and client.get(f"/review/{item.pk}").status_code == 404


def test_a_member_appeals_and_another_moderator_lifts_it(member, other_member, moderator, owner, signed_in):
    until = timezone.now() + timezone.timedelta(days=3)
    decision = trust.sanction_member(
        other_member, Ruling("none", "insult", "مهربان باشید.", "", "silence", until), by=moderator
    )
    reza = signed_in(Member.objects.get(pk=other_member.pk))
    assert "مهربان باشید." in spoken(reza, "/me/moderation")
    reza.post(f"/me/moderation/decisions/{decision.pk}/appeal", {"words": "شوخی بود."})
    appeal = Appeal.objects.get()
    own = signed_in(moderator).post(f"/review/appeals/{appeal.pk}", {"outcome": "upheld", "answer": "نه"})
    assert own.status_code == 403
    signed_in(owner).post(f"/review/appeals/{appeal.pk}", {"outcome": "lifted", "answer": "حق با شماست."})
    assert Sanction.objects.get().lifted_at is not None
    assert signed_in(member).get(f"/me/moderation/decisions/{decision.pk}/appeal").status_code == 404


def test_the_public_log_has_no_names_and_no_words_of_members(flagged, moderator, stranger):
    trust.decide(flagged, Ruling("hide", "spam", "فقط برای رضا", "آگهی تکراری"), by=moderator)
    page, table = spoken(stranger, "/moderation"), stranger.get("/moderation.csv").content.decode()
    for text in (page, table):
        assert "آگهی تکراری" in text
        assert not [
            word
            for word in ("رضا نجفی", "نوید صادقی", "مینا کیانی", "فقط برای رضا", "تبلیغ است", "خلاص‌کن")
            if word in text
        ]
    assert "آگهی تکراری" not in spoken(stranger, "/moderation?reason=insult&month=2020-01")


def test_a_formula_in_the_public_reason_is_none_in_the_table(flagged, moderator, stranger):
    trust.decide(flagged, Ruling("hide", "spam", "", '=HYPERLINK("x")'), by=moderator)
    assert "'=HYPERLINK" in stranger.get("/moderation.csv").content.decode()


def test_a_member_takes_back_what_waits(question, other_member, moderator, signed_in):
    trust.list_word("زرورق", "selling", by=moderator)
    held = gate.reply_or_hold(question.pk, NewReply("زرورق دارم"), by=other_member).held
    reza = signed_in(other_member)
    assert "زرورق دارم" in spoken(reza, "/me/moderation")
    reza.post(f"/me/held/{held.pk}", {"_method": "DELETE"})
    assert Held.objects.get().state == "withdrawn" and not ReviewItem.objects.filter(state="open").exists()


def test_a_sentence_is_tried_on_the_word_lists(moderator, signed_in):
    trust.list_word("زرورق", "selling", by=moderator)
    client = signed_in(moderator)
    assert (
        "«ز‌ر‌و‌رق»" in client.post("/team/words", {"sentence": "ز‌ر‌و‌رق ارزان"}).content.decode()
        or "زرورق" in client.post("/team/words", {"sentence": "زررررورق ارزان"}).content.decode()
    )


def test_the_terms_are_changed_and_bad_numbers_refused(owner, signed_in):
    client = signed_in(owner)
    assert client.post("/team/trust", {"new_links": "۵"}).status_code == 302
    assert 'name="new_links" id="id_new_links" value="۵"' in spoken(client, "/team/trust")
    refused = client.post("/team/trust", {"new_links": "پنج تا"})
    assert refused.status_code == 400 and "پنج تا" in refused.content.decode()


def test_reading_counts_for_trust(question, answer, signed_in, member):
    signed_in(member).post(f"/t/{question.pk}/read", {"number": "2", "seconds": "40"})
    from patogh.trust.models import Record

    assert Record.objects.filter(pk=member.pk).exists()


def test_who_blocks_is_not_offered_for_mentions(member, other_member, signed_in):
    trust.block_member(member, by=other_member)
    offered = signed_in(member).get("/mentions?q=reza", headers={"Accept": "application/json"}).json()
    assert [one["handle"] for one in offered] == []
