"""What was never published, or is hidden, is found nowhere by anybody else: each door is tried."""

import pytest

from patogh.activity import jobs
from patogh.activity.models import Activity
from patogh.ideas.actions import drafting, following, hiding, moving, updating
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.actions.programmes import set_programme_state
from patogh.ideas.errors import BadProgramme, NoTalkNow
from patogh.ideas.models import Material
from patogh.ideas.queries import lists, profiles
from patogh.ideas.queries.idea import history
from patogh.ideas.queries.similar import similar
from patogh.ideas.tests.making import gathering, idea_of, programme, submitted
from patogh.kit.errors import NotFound
from patogh.people.models import Notice
from patogh.search.models import Document

pytestmark = pytest.mark.django_db
SECRET = Draft("قفل انگشتی دوچرخهٔ پنهانی", "شمارهٔ من ۰۹۱۲۱۲۳۴۵۶۷ است", "دزدی زیاد است", "قفلی که با انگشت باز شود")


@pytest.fixture
def here(owner):
    return programme(owner)


def withdrawn(member, here, owner):
    """Return an idea that its author took back before anybody published it."""
    return moving.withdraw(submitted(member, here, SECRET), by=member)


def returned_and_withdrawn(member, here, owner):
    """Return an idea that came back and was then given up."""
    idea = moving.send_back(submitted(member, here, SECRET), by=owner, rule="clear", reason="شماره را بردار")
    return moving.withdraw(idea, by=member)


def hidden(member, here, owner):
    """Return a public idea that a moderator hid."""
    return hiding.hide_idea(gathering(member, here, by=owner, words=SECRET), by=owner)


def sent(member, here, owner):
    """Return an idea that waits for the team."""
    return submitted(member, here, SECRET)


WAYS = [withdrawn, returned_and_withdrawn, hidden, sent]
PLACES = (
    "/ideas", "/ideas?tab=new", "/ideas?tab=ended", "/ideas?tab=near", "/ideas/feed.atom", "/ideas/feed.json", "/ideas/programmes/rekab",
    "/ideas/roadmap", "/ideas/made", "/", "/sitemap.xml", "/sitemap-1.xml", "/sitemaps/1.xml", "/road", "/search?q=انگشتی", "/@mina?tab=ideas",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_page_feed_or_search_tells_of_it(way, client, member, here, owner):
    idea = way(member, here, owner)
    jobs.drain()
    for place in PLACES:
        answer = client.get(place, follow=True)
        said = answer.content.decode()
        assert "پنهانی" not in said, place
        assert f"/ideas/{idea.pk}" not in said, place


@pytest.mark.parametrize("way", WAYS)
def test_its_own_addresses_lead_nowhere(way, client, signed_in, member, other_member, here, owner):
    idea, as_other = way(member, here, owner), signed_in(other_member)
    own = ("", "/history", "/card.png", "/embed", "/embed/code", "/updates", "/questions", "/supporters")
    for visitor in (client, as_other):
        for part in own:
            assert visitor.get(f"/ideas/{idea.pk}{part}").status_code == 404, part
    for part in ("/makers", "/agreement", "/feedback", "/edit", "/survey"):
        assert as_other.get(f"/ideas/{idea.pk}{part}").status_code == 404, part
    for part in ("/support", "/follow", "/feedback", "/talk", "/updates", "/again"):
        assert as_other.post(f"/ideas/{idea.pk}{part}", {"text": "سلام"}).status_code == 404, part


@pytest.mark.parametrize("way", WAYS)
def test_no_query_gives_it_to_others(way, member, other_member, here, owner):
    idea = way(member, here, owner)
    found = [row.id for tab in lists.TABS for row in lists.ideas_in(lists.Scope(), tab).items]
    assert idea.pk not in found
    assert profiles.ideas_count(member.pk) == 0
    assert similar(SECRET.title, SECRET.problem) == []
    assert not Document.objects.filter(kind="idea", thing_id=idea.pk, audience="public").exists()
    with pytest.raises(NotFound):
        following.follow_idea(idea, by=other_member)


def test_what_was_never_published_takes_no_news_and_tells_nobody(member, other_member, here, owner):
    idea = withdrawn(member, here, owner)
    with pytest.raises(NoTalkNow):
        updating.post_update(idea, "خبر", by=member)
    jobs.drain()
    assert not Notice.objects.filter(member=other_member).exists()
    told = Activity.objects.filter(subject_kind="ideas.idea", subject_id=str(idea.pk)).exclude(audience="staff")
    assert not told.exists()


def test_its_author_and_the_team_still_read_it(signed_in, member, here, owner):
    idea = withdrawn(member, here, owner)
    for reader in (member, owner):
        assert signed_in(reader).get(f"/ideas/{idea.pk}", follow=True).status_code == 200


def test_what_it_said_before_it_was_published_is_the_makers_and_the_teams(client, signed_in, member, here, owner):
    idea = moving.send_back(submitted(member, here, SECRET), by=owner, rule="clear", reason="شماره را بردار")
    clean = Draft(SECRET.title, "قفلی برای همه", SECRET.problem, SECRET.proposal)
    idea = drafting.submit(drafting.edit_idea(idea, clean, by=member), by=member)
    moving.publish(idea, by=owner)
    assert "۰۹۱۲۱۲۳۴۵۶۷" not in client.get(f"/ideas/{idea.pk}/history").content.decode()
    assert "۰۹۱۲۱۲۳۴۵۶۷" in signed_in(member).get(f"/ideas/{idea.pk}/history").content.decode()
    assert len(history(idea.pk)) == 1


def test_pictures_of_what_was_taken_back_are_not_kept_by_others(client, member, here, owner):
    idea = idea_of(member, here)
    row = Material.objects.create(
        idea=idea,
        kind="picture",
        token="ideas/abcdefghijklmnopqr",
        sha256="0" * 64,
        size_bytes=1,
        added_at=idea.created_at,
    )
    moving.withdraw(drafting.submit(idea, by=member), by=member)
    assert client.get(f"/media/{row.token}.webp").status_code == 404


def test_nobody_prepares_a_call_again_that_ideas_were_sent_to(member, here, owner):
    submitted(member, here)
    with pytest.raises(BadProgramme):
        set_programme_state(here, "preparing", by=owner)
    here.refresh_from_db()
    assert here.state == "open"
