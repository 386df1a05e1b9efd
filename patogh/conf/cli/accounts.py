"""`patogh user`: accounts and roles from the command line."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patogh.conf.cli.base import fail, main, start_django, with_data

if TYPE_CHECKING:
    from patogh.people.models import Member


@main.group()
def user() -> None:
    """Make accounts, give roles, take data out, erase, act as a demo member."""


@user.command("create")
@click.argument("name")
@click.option("--handle", default="", help="Short name in addresses; drawn from NAME when not given.")
@click.option("--email", default="", help="E-mail address to sign in with.")
@click.option("--phone", default="", help="Phone number to sign in with.")
@click.option("--role", default="", help="Role to give at once, for example owner.")
@click.password_option(help="Password; asked for when not given.")
@with_data
def create(name: str, password: str, role: str, **addresses: str) -> None:
    """Make the account of NAME, for example: patogh user create "مینا کیانی" --email mina@example.org --role owner"""
    start_django()
    from patogh.people import actions

    member = actions.join(name, channel="command", password=password, **addresses)  # type: ignore[arg-type]
    if role:
        actions.grant_role(member, role, by=None)
    click.echo(f"{member.handle} ({member.name}) may sign in now.")


@user.group()
def role() -> None:
    """Give a role to a member, or take it back."""


@role.command("grant")
@click.argument("name")
@click.argument("role_name", metavar="ROLE")
@with_data
def grant(name: str, role_name: str) -> None:
    """Give ROLE to the member NAME (a handle)."""
    start_django()
    from patogh.people import actions

    member = member_called(name)
    actions.grant_role(member, role_name, by=None)
    click.echo(f"{member.handle} is {role_name} now.")


@role.command("revoke")
@click.argument("name")
@click.argument("role_name", metavar="ROLE")
@click.option(
    "--by", "by_name", default="", help="Handle of the owner who decides; the longest-standing owner when not given."
)
@with_data
def revoke(name: str, role_name: str, by_name: str) -> None:
    """Take ROLE back from the member NAME (a handle)."""
    start_django()
    from patogh.people import actions

    member = member_called(name)
    actions.revoke_role(member, role_name, by=member_called(by_name) if by_name else _first_owner())
    click.echo(f"{member.handle} is not {role_name} any more.")


@user.command("cookie")
@click.argument("name")
@with_data
def cookie(name: str) -> None:
    """Print a Cookie header that acts as the demo member NAME, for load generators and scanners; in demo data only.

    A write needs the header X-CSRFToken besides, with the value of the second cookie.
    """
    start_django()
    from django.conf import settings
    from django.middleware.csrf import get_token
    from django.test import RequestFactory

    if not (settings.DATA / "demo").exists():
        fail("cookies are given in demo data only (made by `patogh demo`).")
    from patogh.people import actions

    request = RequestFactory().get("/")
    get_token(request)
    session = actions.open_session(member_called(name))
    csrf = request.META["CSRF_COOKIE"]
    click.echo(f"Cookie: {settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}")


@user.command("export")
@click.argument("name")
@click.option(
    "--out",
    "target",
    metavar="ZIP",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write.",
)
@with_data
def export(name: str, target: Path) -> None:
    """Write everything that is kept about the member NAME (a handle) into a ZIP: JSON, pictures and pages to read."""
    start_django()
    from patogh.people.leaving import packing

    path = packing.pack(member_called(name), target.resolve())
    click.echo(f"{target}: {path.stat().st_size / 2**20:.1f} MB.")


@user.command("erase")
@click.argument("name")
@click.option("--with-text", is_flag=True, help="Empty the words of the posts as well.")
@click.option("--yes", is_flag=True, help="Do not ask for the handle once more.")
@with_data
def erase(name: str, *, with_text: bool, yes: bool) -> None:
    """Erase the member NAME (a handle) for good, at once: there is no way back.

    Posts stay under "Former member"; everything else of them goes, in the database, the index, the files and the copies.
    """
    start_django()
    from patogh.people.leaving import going

    member = member_called(name)
    if (
        not yes
        and click.prompt(f"Type {member.handle} to erase this account for good", err=True).strip() != member.handle
    ):
        fail("nothing was erased.")
    erasure = going.erase(member, with_text=with_text)
    click.echo(f"Erased; the posts stand under {erasure.pseudonym} now.")


def member_called(name: str) -> "Member":
    """Return the member with this handle, or with exactly this name; one clear line when there is none or several."""
    from patogh.people.models import Member

    found = list(Member.objects.filter(handle=name.lower())[:1]) or list(Member.objects.filter(name=name)[:2])
    if len(found) != 1:
        fail(
            f"there is no member called {name}."
            if not found
            else f"several members are called {name}; give the handle."
        )
    return found[0]


def _first_owner() -> "Member":
    """Return the owner who has been one for longest."""
    from patogh.people.models import RoleGrant

    grant_row = RoleGrant.objects.filter(role="owner", revoked_at=None).select_related("member").order_by("pk").first()
    if grant_row is None:
        fail("nobody is owner yet; give the role with `patogh user role grant NAME owner`.")
    return grant_row.member
