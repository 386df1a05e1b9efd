"""`patogh digest` and `patogh deliveries`: what a summary would say, and what left, waits, or did not leave and why."""

import click

from patogh.conf.cli.base import fail, main, print_json, start_django, with_data


@main.group()
def digest() -> None:
    """The summary that members get by mail."""


@digest.command("preview")
@click.argument("name")
@click.option("--html", is_flag=True, help="Print the HTML part instead of the text.")
@with_data
def preview(name: str, html: bool) -> None:
    """Print the summary that the member NAME (a handle) would get now, of the last seven days."""
    start_django()
    from django.utils import translation

    from patogh.channels.mail import letters, post
    from patogh.channels.queries import preview_of
    from patogh.people.models import Member

    member = Member.objects.filter(handle=name.lstrip("@").lower(), is_active=True).first()
    if member is None:
        fail(f"there is no member called {name}.")
    with translation.override(member.language):
        sections = preview_of(member)
        letter = letters.digest(member, sections)
        shown = post.html(letter, member) if html else f"{letter.subject}\n\n{letters.plain(letter, member)}"
    click.echo(shown if sections else "There is nothing worth a mail; none would be sent.")


@main.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
@with_data
def deliveries(context: click.Context, as_json: bool) -> None:
    """Show by channel what was sent, waits, was skipped and was given up, each with the reason."""
    if context.invoked_subcommand:
        return
    start_django()
    from patogh.channels.queries import counted

    rows = counted()
    if as_json:
        print_json({"deliveries": rows})
        return
    for row in rows:
        click.echo("  ".join(str(row[name]) for name in ("channel", "state", "why", "count", "error") if row[name]))
    if not rows:
        click.echo("Nothing has left by mail or push yet, and nothing waits.")


@deliveries.command("retry")
@with_data
def retry() -> None:
    """Put what was given up back on its way, after the cause is mended."""
    start_django()
    from patogh.channels.actions import retry_dead

    click.echo(f"{retry_dead()} deliveries are on their way again.")
