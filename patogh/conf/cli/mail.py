"""`patogh mail`: what came in by mail, what became of it and why."""

import sys
from pathlib import Path

import click

from patogh.conf.cli.base import fail, main, print_json, start_django, with_data


@main.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--limit", default=20, type=click.IntRange(1, 500), help="How many of the newest mails to show.")
@click.pass_context
@with_data
def mail(context: click.Context, as_json: bool, limit: int) -> None:
    """Show the mailbox that takes replies, and the newest mails with what became of each."""
    if context.invoked_subcommand:
        return
    start_django()
    from django.conf import settings

    from patogh.channels.incoming import queries

    found = queries.newest(limit)
    boxes = queries.mailboxes()
    if as_json:
        print_json({"mailboxes": boxes, "mails": found})
        return
    for box in boxes:
        click.echo(f"{box['name']}: {box['fault'] or 'well'}; read at {box['fetched_at']}")
    if not boxes:
        click.echo(
            "No mailbox has been read yet; the worker reads it once a minute."
            if settings.IMAP_HOST
            else "Replies by mail are off: PATOGH_IMAP_HOST and PATOGH_REPLY_ADDRESS name the mailbox (docs/operate.md)."
        )
    for one in found:
        words = (one["id"], one["arrived_at"], one["state"], one["why"], one["sender"], one["outcome"])
        click.echo("  ".join(str(word) for word in words if word))


@mail.command("show")
@click.argument("mail_id", type=int)
@with_data
def show(mail_id: int) -> None:
    """Print the mail MAIL_ID as it came, while it is kept (7 days)."""
    start_django()
    from patogh.channels.incoming import queries

    raw = queries.raw(mail_id)
    if raw is None:
        fail(f"there is no mail {mail_id}, or its text was dropped after 7 days.")
    sys.stdout.buffer.write(raw)


@mail.command("take")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_data
def take(file: Path) -> None:
    """Take one mail from FILE (as a mail server hands it over: one .eml), as if it had been fetched."""
    start_django()
    from patogh.channels.incoming import fetching

    is_new = fetching.take(file.read_bytes())
    click.echo("taken; the worker looks at it" if is_new else "this mail was taken before")
