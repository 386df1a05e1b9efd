"""Writing an idea and making it together, as pages show it: nothing typed is lost, and everybody reads why."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from patogh.ideas.actions import creators, questions, updating
from patogh.ideas.actions.creators import Invited
from patogh.ideas.models import Creator, Feedback, Idea, Material, Question, Update
from patogh.ideas.tests import making
from patogh.ideas.tests.test_making import GLB, png
from patogh.trust import actions as trust
from patogh.trust.models import Held, ReviewItem
from patogh.trust.nouns import Ruling

NEW = {
    "title": "خورجین برای ترک‌بند",
    "lead": "کیف بغل دستباف",
    "problem": "کوله پشتم را خیس می‌کند",
    "proposal": "دو جیب از برزنت مومی",
}


@pytest.fixture
def here(owner):
    return making.programme(owner)


@pytest.fixture
def idea(member, here, owner) -> Idea:
    return making.gathering(member, here, by=owner)


def text_of(answer) -> str:
    return answer.content.decode()


def test_an_idea_goes_from_a_title_to_the_team(here, member, signed_in):
    client = signed_in(member)
    page = client.get("/ideas/new")
    assert "قاعده" in text_of(page) or page.status_code == 200
    begun = client.post("/ideas/new", {"programme": here.slug, "title": NEW["title"], "lead": NEW["lead"], "key": "k1"})
    idea = Idea.objects.get()
    assert begun.url == f"/ideas/{idea.pk}/edit"
    assert (
        client.post("/ideas/new", {"programme": here.slug, "title": NEW["title"], "lead": NEW["lead"], "key": "k1"}).url
        == begun.url
    )
    assert client.get(begun.url).status_code == 200
    kept = client.post(f"/ideas/{idea.pk}/draft", NEW, headers={"Accept": "application/json"})
    assert kept.json()["saved"] is True and Idea.objects.get().problem == NEW["problem"]
    client.post(f"/ideas/{idea.pk}/edit", {**NEW, "do": "submit", "fact_name": ["وزن"], "fact_value": ["۹۸۰ گرم"]})
    idea.refresh_from_db()
    assert idea.state == "submitted" and idea.facts == [{"name": "وزن", "value": "۹۸۰ گرم"}]


def test_a_refused_proposal_comes_back_with_every_letter(here, member, signed_in):
    client = signed_in(member)
    answer = client.post("/ideas/new", {"programme": here.slug, "title": "کم", "lead": "جمله‌ای که نباید گم شود"})
    assert answer.status_code == 400 and "جمله‌ای که نباید گم شود" in text_of(answer)
    idea = making.idea_of(member, here)
    typed = {**NEW, "proposal": "الف" * 20_001, "problem": "این هم نباید گم شود"}
    answer = client.post(f"/ideas/{idea.pk}/edit", typed)
    assert answer.status_code == 400 and "این هم نباید گم شود" in text_of(answer) and "الف" * 20_001 in text_of(answer)


@pytest.mark.parametrize("do", ["preview", "similar"])
def test_looking_changes_nothing(here, member, signed_in, do):
    idea = making.idea_of(member, here)
    answer = signed_in(member).post(f"/ideas/{idea.pk}/edit", {**NEW, "proposal": "**پررنگ**", "do": do})
    assert answer.status_code == 200 and Idea.objects.get(pk=idea.pk).title == idea.title
    assert ("<strong>پررنگ</strong>" in text_of(answer)) is (do == "preview")


def test_similar_ideas_appear_while_typing(idea, other_member, signed_in):
    client = signed_in(other_member)
    found = client.get("/ideas/similar", {"title": idea.title}, headers={"HX-Request": "true"})
    assert idea.title in text_of(found) and "<html" not in text_of(found)
    assert client.get("/ideas/similar", {"title": "\0" * 5_000}).status_code == 200


@pytest.mark.parametrize("part", ["edit", "draft", "submission", "materials", "makers"])
def test_what_one_does_not_make_is_not_there(here, member, other_member, signed_in, part):
    idea = making.idea_of(member, here)
    client = signed_in(other_member)
    answer = (
        client.get(f"/ideas/{idea.pk}/{part}")
        if part in {"edit", "makers"}
        else client.post(f"/ideas/{idea.pk}/{part}", NEW)
    )
    assert answer.status_code == 404


def test_pictures_and_files_come_in_and_go_out_safely(idea, member, other_member, stranger, signed_in):
    client = signed_in(member)
    client.post(
        f"/ideas/{idea.pk}/materials", {"kind": "picture", "file": SimpleUploadedFile("a.png", png()), "alt": "نمونه"}
    )
    client.post(f"/ideas/{idea.pk}/materials", {"kind": "model", "file": SimpleUploadedFile("کیف.glb", GLB)})
    picture, model = Material.objects.order_by("pk")
    for name in (".webp", "-thumb.webp"):
        answer = stranger.get(f"/media/{picture.token}{name}")
        assert answer.status_code == 200 and answer["Content-Type"] == "image/webp"
    answer = stranger.get(f"/ideas/{idea.pk}/materials/{model.pk}")
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/ideas/{idea.pk}/edit").status_code == 200
    assert signed_in(other_member).delete(f"/ideas/{idea.pk}/materials/{model.pk}").status_code == 404
    assert Material.objects.count() == 2
    client.post(f"/ideas/{idea.pk}/materials/{model.pk}", {"_method": "DELETE"})
    assert Material.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"kind": "model", "file": "words"}, {"kind": "picture"}])
def test_a_form_without_a_file_says_so(idea, member, signed_in, data):
    answer = signed_in(member).post(f"/ideas/{idea.pk}/materials", data, follow=True)
    assert answer.status_code == 200 and Material.objects.count() == 0 and "anar-n" in text_of(answer)


def test_pictures_of_a_draft_are_its_makers_alone(here, member, stranger, signed_in):
    idea = making.idea_of(member, here)
    signed_in(member).post(f"/ideas/{idea.pk}/materials", {"file": SimpleUploadedFile("a.png", png())})
    token = Material.objects.get().token
    assert stranger.get(f"/media/{token}.webp").status_code == 404
    assert signed_in(member).get(f"/media/{token}.webp")["Cache-Control"].startswith("private")


def test_makers_are_invited_by_handle_and_answer_on_their_page(idea, member, other_member, signed_in):
    client = signed_in(member)
    typed = {f"share_{member.pk}": "۶۰", "handle": "@REZA", "share": "40", "role": "بافنده"}
    assert client.post(f"/ideas/{idea.pk}/makers", {**typed, "handle": "nobody"}).status_code == 400
    assert client.post(f"/ideas/{idea.pk}/makers", {**typed, "share": "50"}).status_code == 400
    client.post(f"/ideas/{idea.pk}/makers", typed)
    other = signed_in(other_member)
    assert idea.title in text_of(other.get("/me/ideas"))
    assert "40" in text_of(other.get(f"/ideas/{idea.pk}/makers")) or "۴۰" in text_of(
        other.get(f"/ideas/{idea.pk}/makers")
    )
    other.post(f"/ideas/{idea.pk}/makers/mine", {})
    assert Creator.objects.get(member=other_member).share_bps == 4_000
    other.post(f"/ideas/{idea.pk}/makers/mine", {"_method": "DELETE", "do": "leave"})
    assert Creator.objects.get(member=member).share_bps == 10_000


def test_news_questions_and_words_stand_on_the_page(idea, member, moderator, stranger, signed_in):
    updating.post_update(idea, "نمونهٔ اول **دوخته** شد", by=member)
    questions.ask_question(idea, "وزنش چقدر است؟", by=moderator)
    said = signed_in(moderator).post(f"/ideas/{idea.pk}/talk", {"text": "آفرین بر شما", "key": "k"})
    assert said.status_code == 302 and said.url.startswith("/t/")
    page = text_of(stranger.get(f"/ideas/{idea.pk}", follow=True))
    for words in ("<strong>دوخته</strong>", "وزنش چقدر است؟", "آفرین بر شما"):
        assert words in page
    for part in ("updates", "questions"):
        assert stranger.get(f"/ideas/{idea.pk}/{part}").status_code == 200


def test_empty_words_come_back_with_a_sentence(idea, member, moderator, signed_in):
    client = signed_in(member)
    row = questions.ask_question(idea, "وزنش؟", by=moderator)
    for part in ("updates", "talk", f"questions/{row.pk}", "feedback"):
        assert client.post(f"/ideas/{idea.pk}/{part}", {"text": " "}).status_code in {400, 403}
    assert not Update.objects.exists() and Question.objects.get().answered_at is None


def test_feedback_is_read_by_the_makers_alone(idea, member, other_member, moderator, signed_in):
    signed_in(other_member).post(f"/ideas/{idea.pk}/feedback", {"mark_clear": "۴", "words": "اندازه‌ها را هم بگویید"})
    assert Feedback.objects.get().marks == {"clear": 4}
    for reader in (member, moderator):
        assert "اندازه‌ها را هم بگویید" in text_of(signed_in(reader).get(f"/ideas/{idea.pk}/feedback"))
    made = making.people(1, "reader")[0]
    assert "اندازه‌ها را هم بگویید" not in text_of(signed_in(made).get(f"/ideas/{idea.pk}/feedback"))


@pytest.mark.parametrize("mark", ["0", "9", "x", "-1", "9" * 30])
def test_hostile_marks_are_refused(idea, other_member, signed_in, mark):
    answer = signed_in(other_member).post(f"/ideas/{idea.pk}/feedback", {"mark_clear": mark, "words": "بماند"})
    assert answer.status_code == 400 and "بماند" in text_of(answer)


def test_odd_news_wait_for_a_moderator_and_appear_as_their_author(idea, member, moderator, stranger, signed_in):
    trust.list_word("زرورق", "selling", by=moderator)
    signed_in(member).post(f"/ideas/{idea.pk}/updates", {"text": "زرورق بخرید"})
    held = Held.objects.get()
    assert "زرورق بخرید" not in text_of(stranger.get(f"/ideas/{idea.pk}/updates"))
    assert "زرورق بخرید" in text_of(signed_in(member).get(f"/ideas/{idea.pk}/updates"))
    item = ReviewItem.objects.get(subject_id=str(held.pk))
    assert signed_in(moderator).get(f"/review/{item.pk}").status_code == 200
    trust.decide(item, Ruling("approve", "harmless"), by=moderator)
    assert Update.objects.get().author == member


def test_an_odd_edit_waits_while_the_old_words_stand(idea, member, moderator, signed_in):
    trust.list_word("زرورق", "selling", by=moderator)
    before = idea.proposal
    signed_in(member).post(f"/ideas/{idea.pk}/edit", {**NEW, "proposal": "زرورق بخرید"})
    assert Idea.objects.get(pk=idea.pk).proposal == before
    trust.decide(ReviewItem.objects.get(kind="edit"), Ruling("approve", "harmless"), by=moderator)
    assert Idea.objects.get(pk=idea.pk).proposal == "زرورق بخرید"


def test_a_reported_idea_can_be_hidden_and_shown_again(idea, member, other_member, moderator, stranger, signed_in):
    client = signed_in(other_member)
    assert client.get(f"/flag/ideas.idea/{idea.pk}").status_code == 200
    client.post(f"/flag/ideas.idea/{idea.pk}", {"reason": "spam", "words": "تبلیغ است"})
    item = ReviewItem.objects.get(subject_kind="ideas.idea")
    decision = trust.decide(item, Ruling("hide", "spam"), by=moderator)
    assert stranger.get(f"/ideas/{idea.pk}", follow=True).status_code == 404
    assert signed_in(member).get(f"/ideas/{idea.pk}", follow=True).status_code == 200
    trust.undo_decisions(decision.batch, by=moderator)
    assert stranger.get(f"/ideas/{idea.pk}", follow=True).status_code == 200


def test_my_ideas_say_whose_turn_it_is_in_as_many_queries_for_one_as_for_thirty(
    here, member, signed_in, django_assert_max_num_queries
):
    client = signed_in(member)
    making.idea_of(member, here)
    client.get("/me/ideas")
    with django_assert_max_num_queries(40) as first:
        client.get("/me/ideas")
    Idea.objects.bulk_create([_copy(one) for one in [Idea.objects.get()] * 29])
    with django_assert_max_num_queries(len(first)):
        page = client.get("/me/ideas")
    assert text_of(page).count("write-mine") == 30


def _copy(idea: Idea) -> Idea:
    return Idea(
        **{field.attname: getattr(idea, field.attname) for field in Idea._meta.concrete_fields if field.attname != "id"}
    )


def test_withdrawing_and_beginning_anew(idea, member, signed_in):
    client = signed_in(member)
    client.post(f"/ideas/{idea.pk}/withdrawal", {"reason": "جای دیگری می‌سازمش"})
    assert Idea.objects.get(pk=idea.pk).state == "withdrawn"
    again = client.post(f"/ideas/{idea.pk}/again", {})
    assert Idea.objects.get(again_of=idea).state == "draft" and again.url.endswith("/edit")


def test_a_maker_who_is_invited_reads_the_draft(here, member, other_member, signed_in):
    idea = making.idea_of(member, here)
    creators.propose_shares(idea, {member.pk: 5_000}, by=member, invite=Invited(other_member, 5_000))
    assert signed_in(other_member).get(f"/ideas/{idea.pk}/makers").status_code == 200
