"""Codes that members ask for: by the brand's rule, as many as it gives, closed by their owners, counted without names."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.kit.calendar import DEFAULT_VIEWER, day_words
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.shop import actions, errors, limits
from patogh.shop.actions import CodeFacts, SharingFacts
from patogh.shop.models import Code, Sharing
from patogh.shop.queries import codes
from patogh.shop.tests.test_codes import EARLY, customer, placed

pytestmark = pytest.mark.django_db
RULE = SharingFacts(is_open=True, codes_max=1, days=30, reward_kind="bps", reward_value=1_000, uses_max=2)


@pytest.fixture
def rule(owner):
    return actions.set_sharing(RULE, by=owner)


def test_nobody_has_a_code_before_the_brand_says_so(member):
    with pytest.raises(errors.NoCodeForYou, match="تیم"):
        actions.ask_code(by=member)
    assert not Code.objects.exists()


def test_a_member_gets_a_code_with_the_terms_of_the_rule(member, rule):
    row = actions.ask_code(by=member)
    assert (row.owner, row.is_asked, row.reward_value, row.uses_max, row.made_by) == (member, True, 1_000, 2, member)
    assert row.ends_at == row.starts_at + dt.timedelta(days=30)
    made = Activity.objects.get(verb="shop.code_made")
    assert (made.identity_id, made.data["asked"]) == (member.identity_id, True)


def test_the_code_counts_as_any_other_and_goes_on_the_road_with_its_order(member, rule, lamp):
    row = actions.ask_code(by=member)
    Code.objects.update(starts_at=EARLY)
    states = [placed(str(n), codes=(row.code,), buyer=customer(n)).state for n in range(3)]
    row.refresh_from_db()
    assert (states, row.uses_count, codes.is_open(row)) == (["counted", "counted", "refused"], 2, False)


def test_a_code_whose_days_have_not_begun_says_from_when_and_counts_for_nothing_yet(member, owner, client, signed_in):
    begins = timezone.now() + dt.timedelta(days=40)
    row = actions.make_code(CodeFacts(code="MINA-40", owner=member, starts_at=begins), by=owner)
    assert (codes.is_open(row), codes.is_over(row)) == (False, False)
    page = client.get("/r/MINA-40").content.decode()
    assert f"از {day_words(begins, DEFAULT_VIEWER)}" in page
    assert 'data-copy="MINA-40"' in page
    assert "/r/MINA-40" in signed_in(member).get("/me/codes").content.decode()


def test_one_has_as_many_open_codes_as_the_rule_gives_and_so_many_ever(member, rule):
    whys = []
    for _ in range(limits.CODES_A_MEMBER_MAX):
        row = actions.ask_code(by=member)
        with pytest.raises(errors.NoCodeForYou) as told:
            actions.ask_code(by=member)
        whys.append(told.value.facts["why"])
        actions.close_code(row, by=member)
    with pytest.raises(errors.NoCodeForYou):
        actions.ask_code(by=member)
    assert (set(whys[:-1]), whys[-1], Code.objects.count()) == ({"enough"}, "ever", limits.CODES_A_MEMBER_MAX)


def test_who_may_not_write_or_is_too_new_gets_none(member, other_member, owner):
    actions.set_sharing(replace(RULE, level_min=2), by=owner)
    Member.objects.filter(pk=other_member.pk).update(
        trust_level=2, silenced_until=timezone.now() + dt.timedelta(days=1)
    )
    found = []
    for one in (member, other_member):
        with pytest.raises(errors.NoCodeForYou) as told:
            actions.ask_code(by=one)
        found.append(told.value.facts["why"])
    assert found == ["level", "away"]


def test_only_the_owner_of_a_code_or_the_team_closes_it(member, other_member, owner, rule):
    row = actions.ask_code(by=member)
    with pytest.raises(errors.NotForYou):
        actions.close_code(row, by=other_member)
    with pytest.raises(NotFound):
        codes.own_code(other_member, row.pk)
    assert actions.close_code(row, by=member).ends_at <= timezone.now()


@pytest.mark.parametrize(
    "wrong",
    [{"codes_max": 0}, {"codes_max": 21}, {"level_min": 5}, {"days": 0}, {"uses_max": 0}, {"reward_value": 10_001}],
    ids=range(6),
)
def test_a_rule_that_makes_no_sense_is_refused(owner, wrong):
    with pytest.raises(errors.BadCode):
        actions.set_sharing(replace(RULE, **wrong), by=owner)
    assert not Sharing.objects.exists()


def test_the_same_rule_again_says_nothing_and_only_the_team_says_it(owner, member, rule):
    assert actions.set_sharing(RULE, by=owner).version == 1
    assert actions.set_sharing(replace(RULE, is_open=False), by=owner).version == 2
    assert Activity.objects.filter(verb="shop.sharing_changed").count() == 2
    with pytest.raises(errors.NotForYou):
        actions.set_sharing(RULE, by=member)


def test_the_pages_of_the_rule_and_of_ones_own_codes(owner, member, other_member, signed_in):
    team, mine, theirs = signed_in(owner), signed_in(member), signed_in(other_member)
    assert "/me/codes" not in mine.get("/me/settings").content.decode()
    assert mine.post("/me/codes").status_code == 403
    sent = {
        "is_open": "on",
        "codes_max": "۲",
        "days": "۳۰",
        "reward_kind": "bps",
        "reward": "۱۰",
        "unit": "TOMAN",
        "uses_max": "۵",
    }
    assert team.post("/team/shop/codes/rule", sent | {"days": "soon"}).status_code == 400
    assert team.post("/team/shop/codes/rule", sent | {"level_min": "9"}).status_code == 400
    assert team.post("/team/shop/codes/rule", sent).status_code == 302
    assert (Sharing.objects.get().codes_max, Sharing.objects.get().uses_max) == (2, 5)
    assert 'value="۳۰"' in team.get("/team/shop/codes/rule").content.decode()
    assert "/me/codes" in mine.get("/me/settings").content.decode()
    assert mine.post("/me/codes").status_code == 302
    row = Code.objects.get()
    page = mine.get("/me/codes").content.decode()
    assert f"/r/{row.code}" in page
    assert "۵" in page
    assert theirs.delete(f"/me/codes/{row.pk}").status_code == 404
    assert mine.delete(f"/me/codes/{row.pk}").status_code == 302
    assert 'data-copy="https' not in mine.get("/me/codes").content.decode()
    assert theirs.get("/team/shop/codes/rule").status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_ones_own_page_costs_the_same_for_one_code_and_for_twenty(
    count, member, rule, owner, signed_in, settings, django_assert_num_queries
):
    settings.BRAND_CACHE_S = 60
    for _ in range(count):
        actions.make_code(actions.CodeFacts(owner=member), by=owner)
    client = signed_in(member)
    client.get("/me/codes")
    with django_assert_num_queries(4):
        client.get("/me/codes")
