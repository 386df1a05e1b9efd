import pytest

from patogh.people import actions, queries
from patogh.people.errors import LastOwner, RoleRefused, RoleUnknown
from patogh.people.models import RoleGrant


@pytest.mark.django_db
def test_a_role_is_a_row_and_a_word_on_the_member(owner, member):
    grant = actions.grant_role(member, "moderator", by=owner, title="میز گفت‌وگو")
    member.refresh_from_db()
    assert grant.granted_by == owner
    assert queries.roles_of(member) == {"moderator"}
    assert queries.is_team(member)
    assert queries.may(member, "moderate")
    assert not queries.may(member, "manage_roles")


@pytest.mark.django_db
def test_giving_a_role_twice_is_one_row(owner, member):
    actions.grant_role(member, "agent", by=owner)
    actions.grant_role(member, "agent", by=owner)
    assert RoleGrant.objects.filter(member=member).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["owner", "admin", "moderator", "ambassador"])
def test_members_and_moderators_give_no_roles(moderator, member, other_member, role):
    for giver in (moderator, member):
        with pytest.raises(RoleRefused):
            actions.grant_role(other_member, role, by=giver)


@pytest.mark.django_db
def test_an_admin_gives_roles_but_makes_no_owner(owner, member, other_member):
    actions.grant_role(member, "admin", by=owner)
    actions.grant_role(other_member, "agent", by=member)
    with pytest.raises(RoleRefused):
        actions.grant_role(other_member, "owner", by=member)
    with pytest.raises(RoleRefused):
        actions.revoke_role(owner, "owner", by=member)


@pytest.mark.django_db
def test_the_last_owner_stays_and_the_second_last_may_go(owner, member):
    with pytest.raises(LastOwner):
        actions.revoke_role(owner, "owner", by=owner)
    actions.grant_role(member, "owner", by=owner)
    actions.revoke_role(owner, "owner", by=owner)
    owner.refresh_from_db()
    assert owner.roles == ""


@pytest.mark.django_db
def test_a_stale_copy_of_a_former_admin_gives_nothing(owner, member, other_member):
    actions.grant_role(member, "admin", by=owner)
    member.refresh_from_db()
    actions.revoke_role(type(member).objects.get(pk=member.pk), "admin", by=owner)
    with pytest.raises(RoleRefused):
        actions.grant_role(other_member, "agent", by=member)


@pytest.mark.django_db
def test_an_unknown_role_is_refused(owner, member):
    with pytest.raises(RoleUnknown):
        actions.grant_role(member, "king", by=owner)


@pytest.mark.django_db
def test_the_roles_page_exists_for_owner_and_admins_only(owner, moderator, member, signed_in, stranger):
    assert signed_in(owner).get("/team/roles").status_code == 200
    assert signed_in(moderator).get("/team/roles").status_code == 404
    assert signed_in(member).post("/team/roles", {"handle": "mina", "role": "owner"}).status_code == 404
    assert stranger.get("/team/roles").status_code == 302


@pytest.mark.django_db
def test_the_owner_gives_and_takes_a_role_on_the_page(owner, member, signed_in):
    client = signed_in(owner)
    client.post("/team/roles", {"handle": "@mina", "role": "agent", "title": "کارگاه"})
    grant = RoleGrant.objects.get(member=member, revoked_at=None)
    client.post(f"/team/roles/{grant.pk}", {"_method": "DELETE"})
    grant.refresh_from_db()
    assert grant.revoked_by == owner


@pytest.mark.sqlite
def test_two_owners_who_leave_at_once_leave_one_behind(busy_house, at_once):
    first, second = actions.join("بهروز"), actions.join("مینا")
    for owner in (first, second):
        actions.grant_role(owner, "owner", by=None)
    answers = at_once([lambda who=who: actions.revoke_role(who, "owner", by=who) for who in (first, second)])
    assert [type(answer) for answer in answers].count(LastOwner) == 1
    assert RoleGrant.objects.filter(role="owner", revoked_at=None).count() == 1
