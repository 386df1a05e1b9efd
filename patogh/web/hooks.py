"""What web plugs in: a change of a name, picture or role moves the house's version, so that remembered pages look again."""

import sys

from django.utils.translation import gettext_lazy as _

from patogh.activity.models import Activity
from patogh.activity.registry import watch
from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.looks.jinja import place
from patogh.people.models import Member
from patogh.web import actions

HOUSE_VERBS = frozenset(
    {"hangout.space_opened", "hangout.space_edited", "hangout.space_member_added", "hangout.space_member_removed"}
)


@hookimpl
def nav_items(member: Member | None) -> list[NavItem]:
    """Lead home."""
    del member
    return [NavItem(_("Today"), place("home"), icon="house", order=10, tab=True)]


@hookimpl
def member_changed(member: Member) -> None:
    """Hear of a member who looks different from now on."""
    del member
    actions.move_house()


@watch("*")
def look_again(activity: Activity) -> None:
    """Move the house when a space changes its name, colour or people."""
    if activity.verb in HOUSE_VERBS:
        actions.move_house()


plug(sys.modules[__name__])
