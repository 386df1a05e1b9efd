"""`patogh openapi` and `patogh user token`: the description of the API, and tokens for demos."""

import click

from patogh.conf.cli.accounts import member_called, user
from patogh.conf.cli.base import fail, main, start_django, with_data


@main.command()
@with_data
def openapi() -> None:
    """Print the description of the API (OpenAPI 3.1), the same every time."""
    start_django(fresh=True)
    from patogh.api.v1 import description, urls

    click.echo(description.text(urls.api))


@user.command("token")
@click.argument("name")
@click.option(
    "--scopes",
    default="",
    help="Scopes with spaces between, for example “read:topics write:posts”; all when not given.",
)
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How long it works.")
@with_data
def token(name: str, scopes: str, days: int) -> None:
    """Print a token that acts as the demo member NAME; in demo data only, elsewhere members make their own."""
    start_django()
    from django.conf import settings

    if not (settings.DATA / "demo").exists():
        fail("tokens are given in demo data only (made by `patogh demo`); elsewhere they are made in one's settings.")
    from patogh.api import actions
    from patogh.api.scopes import SCOPES
    from patogh.kit.errors import PatoghError

    try:
        _row, secret = actions.make_token(
            "patogh user token", scopes.split() or list(SCOPES), by=member_called(name), days=days
        )
    except PatoghError as refusal:
        fail(str(refusal))
    click.echo(secret)
