"""Everything a member can do, done by a program."""

import io

import pytest
from PIL import Image

pytestmark = pytest.mark.django_db


def photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    file.seek(0)
    file.name = "a.png"
    return file


def test_a_program_says_who_it_acts_for(member, program):
    said = program(member, "read:me").get("/me").json()
    assert (said["handle"], said["email"], said["scopes"]) == ("mina", "mina@example.org", ["read:me"])


def test_it_opens_a_topic_replies_reacts_and_pages(space, member, other_member, program):
    mina, reza = program(member), program(other_member)
    opened = mina.post(
        "/topics", {"space": "repair", "title": "زنجیر", "text": "پاره شد", "tags": ["زنجیر"], "kind": "question"}
    )
    assert opened.status_code == 201, opened.content.decode()
    topic = opened.json()["id"]
    replies = [reza.post(f"/topics/{topic}/posts", {"text": f"پاسخ {n}"}).json() for n in range(3)]
    assert mina.put(f"/posts/{replies[0]['id']}/reactions/thanks").json()["my_words"] == ["thanks"]
    assert mina.put(f"/topics/{topic}/acceptance", {"post": replies[1]["id"]}).json()["is_solved"] is True
    first = mina.get(f"/topics/{topic}/posts?limit=2")
    rest = mina.get(f"/topics/{topic}/posts?limit=2&after={first.json()['next']}").json()
    assert [post["number"] for post in first.json()["items"] + rest["items"]] == [1, 2, 3, 4]
    assert rest["next"] is None and 'rel="next"' in first["Link"]


def test_it_edits_takes_away_and_brings_back(question, member, program):
    mina = program(member)
    post = mina.post(f"/topics/{question.pk}/posts", {"text": "اول"}).json()["id"]
    assert mina.patch(f"/posts/{post}", {"text": "دوم", "base": 0}).json()["text"] == "دوم"
    assert mina.get(f"/posts/{post}/revisions").json()["items"][0]["by"]["handle"] == "mina"
    assert mina.put(f"/posts/{post}/trash", {"why": "اشتباه"}).status_code == 204
    assert mina.get(f"/posts/{post}").status_code == 404
    assert mina.delete(f"/posts/{post}/trash").json()["is_trashed"] is False


def test_it_follows_mutes_keeps_drafts_and_marks(question, answer, member, other_member, program):
    mina = program(member)
    assert mina.put(f"/topics/{question.pk}/follow", {"level": "muted"}).json()["follows"] == "muted"
    assert mina.put("/spaces/repair/follow").json()["follows"] == "following"
    assert mina.put("/tags/توپی/follow").json()["follows"] == "following"
    assert mina.put("/members/reza/follow").json()["follows"] == "following"
    assert mina.put(f"/topics/{question.pk}/read-marker", {"number": 2}).status_code == 204
    assert mina.put(f"/me/drafts/topic:{question.pk}", {"text": "نیمه‌کاره"}).json()["text"] == "نیمه‌کاره"
    assert mina.put(f"/posts/{answer.pk}/bookmark").status_code == 204
    assert [row["post"] for row in mina.get("/me/bookmarks").json()["items"]] == [answer.pk]
    assert mina.get("/me/follows").json()["members"] == {"reza": "following"}
    assert len(mina.get("/me/drafts").json()["items"]) == 1
    for path in (
        f"/topics/{question.pk}/follow",
        "/spaces/repair/follow",
        "/tags/توپی/follow",
        "/members/reza/follow",
        f"/posts/{answer.pk}/bookmark",
    ):
        assert mina.delete(path).status_code == 204, path


def test_it_votes_in_a_poll(space, member, program):
    mina = program(member)
    poll = {"question": "کدام؟", "options": ["آبی", "سبز"]}
    topic = mina.post("/topics", {"space": "repair", "title": "رنگ", "text": "کدام رنگ؟", "poll": poll}).json()
    chosen = topic["poll"]["options"][1]["id"]
    assert mina.put(f"/topics/{topic['id']}/poll/votes", {"options": [chosen]}).json()["options"][1] == {
        "id": chosen,
        "text": "سبز",
        "votes": 1,
        "is_mine": True,
    }
    assert mina.delete(f"/topics/{topic['id']}/poll/votes").status_code == 204


def test_it_changes_profile_settings_and_photo(member, program):
    mina = program(member)
    assert mina.patch("/me", {"bio": "دوچرخه‌سوار"}).json()["bio"] == "دوچرخه‌سوار"
    assert mina.patch("/me/settings", {"theme": "dark"}).json()["theme"] == "dark"
    assert mina.upload("/me/avatar", photo=photo()).json()["avatar"].startswith("/media/avatars/")
    assert mina.delete("/me/avatar").json()["avatar"] == "/avatars/mina.svg"


def test_it_takes_a_picture_in_and_out(member, program):
    mina = program(member)
    taken = mina.upload("/pictures", picture=photo(), alt="آبی")
    assert taken.status_code == 201, taken.content.decode()
    assert taken.json()["markdown"] == f"![آبی]({taken.json()['url']})"
    assert mina.patch(f"/pictures/{taken.json()['token']}", {"alt": "فیروزه"}).json()["alt"] == "فیروزه"
    assert mina.delete(f"/pictures/{taken.json()['token']}").status_code == 204


def test_it_finds_and_suggests_and_previews(question, member, program):
    mina = program(member)
    assert f"/t/{question.pk}/" in mina.get("/search?q=توپی").json()["items"][0]["url"]
    assert mina.get("/search/suggestions?q=توپ").status_code == 200
    assert mina.get("/search/similar?q=توپی عقب صدا").status_code == 200
    assert mina.post("/previews", {"text": "**پررنگ**"}).json()["html"].count("<strong>") == 1


def test_a_moderator_decides_by_put_and_delete(question, space, hidden_space, moderator, owner, program):
    navid, behrouz = program(moderator), program(owner)
    for noun, shown in (("pin", "is_pinned"), ("closure", "is_closed")):
        assert navid.put(f"/topics/{question.pk}/{noun}", {"why": "چون"}).json()[shown] is True
        assert navid.delete(f"/topics/{question.pk}/{noun}").json()[shown] is False
    assert navid.put(f"/topics/{question.pk}/trash").status_code == 204
    assert navid.delete(f"/topics/{question.pk}/trash").json()["is_trashed"] is False
    assert behrouz.put(f"/topics/{question.pk}/space", {"space": "workshop"}).json()["space"] == "workshop"


def test_a_moderator_merges_and_takes_apart(question, space, member, moderator, program):
    other = program(member).post("/topics", {"space": "repair", "title": "همان", "text": "تکراری"}).json()["id"]
    navid = program(moderator)
    merged = navid.post(f"/topics/{other}/merges", {"target": question.pk}).json()
    assert navid.get(f"/topics/{other}").json()["merged_into"] == question.pk
    assert navid.delete(f"/merges/{merged['merge']}").json()["merged_into"] is None


def test_an_owner_opens_a_space_and_lets_somebody_in(owner, member, program):
    behrouz = program(owner)
    assert behrouz.post("/spaces", {"slug": "cellar", "name": "زیرزمین", "access": "private"}).status_code == 201
    assert behrouz.put("/spaces/cellar/members/mina").status_code == 204
    assert program(member).get("/spaces/cellar").json()["name"] == "زیرزمین"
    assert [row["handle"] for row in behrouz.get("/spaces/cellar/members").json()["items"]] == ["behrouz", "mina"]
    assert behrouz.delete("/spaces/cellar/members/mina").status_code == 204


def test_lists_of_members_and_what_they_wrote(question, answer, member, program):
    mina = program(member)
    assert {"mina", "reza"} <= {row["handle"] for row in mina.get("/members").json()["items"]}
    assert mina.get("/members/mina/topics").json()["items"][0]["id"] == question.pk
    assert mina.get("/members/reza/posts").json()["items"][0]["id"] == answer.pk
    assert mina.get("/members/reza/followers").json() == {"items": [], "next": None}
    assert mina.get("/topics?author=mina&order=new").json()["items"][0]["id"] == question.pk


def test_it_tells_where_to_listen(question, member, program, settings):
    settings.LIVE_PORT = 8099
    said = program(member).get(f"/live?topic={question.pk}").json()
    assert said["channels"] == [f"topic:{question.pk}", f"member:{member.pk}"] and ":8099/live?" in said["url"]
