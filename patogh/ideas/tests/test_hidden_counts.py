"""While rules hide the counts no door tells the number: pages, feeds, API, webhooks, search, embed, card, odds, exports, the road."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from patogh.activity.models import Activity
from patogh.api.actions import make_token
from patogh.api.tests.conftest import Program
from patogh.api.webhooks import payloads
from patogh.conftest import made_member
from patogh.ideas.actions.supporting import give_support
from patogh.ideas.models import Idea
from patogh.ideas.terms import Station
from patogh.ideas.tests import making
from patogh.people.leaving import packing

pytestmark = pytest.mark.django_db
COUNT = 37
LIKE = re.compile(r"(?<![\w.#:۰-۹-])(37|۳۷)(?![\w.:۰-۹-])")  # not the minute or hour of a clock
HIDING = replace(making.SMALL, stations=(Station(41, 60), Station(83, 365)), hides_counts=True)


@pytest.fixture
def idea(owner, member):
    """An idea with 37 supporters whose rules hide how many they are."""
    idea = making.gathering(member, making.programme(owner, HIDING), by=owner)
    give_support(idea, by=made_member("laleh", "لاله"))
    Idea.objects.filter(pk=idea.pk).update(supporters_count=COUNT, missing=4)
    return Idea.objects.get(pk=idea.pk)


def spoken(text: str) -> list[str]:
    """Where a text tells the number: without what only looks like it (ids, colours, times, the drawing of the road)."""
    bare = re.sub(
        r"<svg.*?</svg>|<style.*?</style>|<script.*?</script>|<time[^>]*>|(?:\w|-)+=\"[^\"]*\"",
        " ",
        text,
        flags=re.DOTALL,
    )
    return [bare[max(0, at.start() - 40) : at.end() + 20] for at in LIKE.finditer(bare)]


def test_no_page_and_no_feed_tells_it(idea, client, other_member, signed_in):
    paths = ["", "/history", "/embed", "/supporters", "/updates", "/questions"]
    every = [f"/ideas/{idea.pk}{path}" for path in paths] + ["/ideas", "/ideas?tab=near", "/ideas?tab=pace", "/ideas?tab=new", "/ideas/odds", "/ideas/roadmap", "/ideas/programmes/rekab", "/ideas/feed.atom", "/ideas/feed.json", "/search?q=بطری", f"/@{idea.author.handle}/ideas", "/"]  # fmt: skip
    for visitor in (client, signed_in(other_member)):
        for path in every:
            answer = visitor.get(path, follow=True)
            assert answer.status_code in {200, 404}, path
            assert spoken(answer.content.decode()) == [], path


def test_the_same_number_is_told_where_no_rules_hide_it(owner, member, client):
    idea = making.gathering(member, making.programme(owner, replace(HIDING, hides_counts=False)), by=owner)
    Idea.objects.filter(pk=idea.pk).update(supporters_count=COUNT, missing=4)
    for path in (f"/ideas/{idea.pk}", "/ideas"):
        assert spoken(client.get(path, follow=True).content.decode()), path


def test_no_order_by_counts_has_it(idea, client):
    for tab in ("near", "pace"):
        assert (
            f"/ideas/{idea.pk}/"
            not in client.get(f"/ideas?tab={tab}").content.decode().split("<main")[-1].split("</main")[0]
        )


def test_the_api_says_null_and_gives_no_list_of_supporters(idea, other_member):
    theirs = Program(make_token("x", ["read:ideas", "write:ideas"], by=other_member)[1])
    for path in (f"/ideas/{idea.pk}", "/ideas", "/ideas?state=gathering"):
        said = theirs.get(path).json()
        assert (said["items"][0] if "items" in said else said)["supporters"] is None
    assert theirs.get("/ideas?tab=near").json()["items"] == []
    assert theirs.ask("PUT", f"/ideas/{idea.pk}/support").json()["supporters"] is None
    assert not any("38" in str(row.get("supporters")) for row in theirs.get(f"/ideas/{idea.pk}/moves").json()["items"])


def test_webhooks_say_null_and_supports_are_the_teams(idea, owner):
    assert payloads.thing("ideas.idea", str(idea.pk))["supporters"] is None
    assert {one.audience for one in Activity.objects.filter(verb="ideas.support_given")} == {"staff"}
    shown = making.gathering(idea.author, making.programme(owner, making.SMALL, slug="open"), by=owner)
    assert payloads.thing("ideas.idea", str(shown.pk))["supporters"] == 0


def test_the_card_is_drawn_alike_whatever_the_number(idea, client):
    def drawn() -> bytes:
        return Image.open(io.BytesIO(client.get(f"/ideas/{idea.pk}/card.png").content)).convert("RGB").tobytes()

    before = drawn()
    Idea.objects.filter(pk=idea.pk).update(supporters_count=5, missing=36, version=idea.version + 9)
    assert drawn() == before


def test_the_makers_own_copy_has_no_number(idea, tmp_path, settings):
    import zipfile

    settings.DATA = tmp_path
    with zipfile.ZipFile(packing.pack(idea.author, tmp_path / "own.zip")) as archive:
        for name in archive.namelist():
            if name.startswith("data/ideas."):
                assert "supporters" not in archive.read(name).decode().replace('"supporters": 0', ""), name


def test_private_and_hidden_ideas_are_told_to_no_webhook(owner, member):
    here = making.programme(owner)
    for idea in (making.idea_of(member, here), making.submitted(member, here)):
        assert payloads.thing("ideas.idea", str(idea.pk)) == {"kind": "ideas.idea", "id": str(idea.pk)}
    assert payloads.thing("ideas.idea", "9" * 30) == {"kind": "ideas.idea", "id": "9" * 30}


def test_webhooks_name_the_public_facts(owner, member):
    idea = making.gathering(member, making.programme(owner), by=owner)
    body = payloads.body_of(Activity.objects.get(verb="ideas.idea_published"))
    for word in (idea.title, "gathering", "rekab", f"/ideas/{idea.pk}/"):
        assert word in body
