"""`patogh channels`: which channels are set up, how they are, and what an operator may do about it."""

from typing import Any

import click

from patogh.conf.cli.base import fail, main, print_json, start_django, with_data


@main.group()
def channels() -> None:
    """See, ask, try and stop the channels that are set up at /team/channels."""


@channels.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_data
def list_setups(as_json: bool) -> None:
    """List the channels: their state, what came and left, the last fault."""
    start_django()
    from patogh.channels.connectors import queries

    rows = [_told(row) for row in queries.setups()]
    if as_json:
        print_json(rows)
        return
    if queries.halted() is not None:
        click.echo("Everything is stopped; `patogh channels resume` starts it again.")
    for row in rows:
        click.echo("{id}  {state}  {connector}  {name}  {came} in  {left} out  {dead} dead  {fault}".format(**row))
    if not rows:
        click.echo("There are no channels; add one at /team/channels.")


@channels.command("connectors")
@with_data
def list_connectors() -> None:
    """List the connectors that are there, other packages' among them."""
    start_django()
    from patogh.channels.connectors import registry

    for name, one in sorted(registry.connectors().items()):
        click.echo(f"{name}  {one.en}  {', '.join(sorted(one.can))}")


@channels.command("try")
@click.argument("setup_id", type=click.IntRange(1))
@with_data
def try_one(setup_id: int) -> None:
    """Try the settings of the channel SETUP_ID and say who we are there."""
    start_django()
    from patogh.channels.connectors import queries, trying

    who = trying.try_setup(queries.setup(setup_id), by=None)
    click.echo(f"It works. {who}".strip())


@channels.command("poll")
@click.argument("setup_id", type=click.IntRange(1))
@with_data
def poll(setup_id: int) -> None:
    """Ask the channel SETUP_ID now, in this process, and say what came."""
    start_django()
    from patogh.channels.connectors import polling, queries

    queries.setup(setup_id)
    taken = polling.poll(setup_id, now=True)
    click.echo(f"{taken.new} new, {taken.known} known, {taken.dropped} dropped, {taken.dead} dead")
    fault = queries.setup(setup_id).fault
    if fault:
        fail(fault)


@channels.command("send")
@click.argument("setup_id", type=click.IntRange(1))
@click.argument("to")
@click.argument("text")
@with_data
def send(setup_id: int, to: str, text: str) -> None:
    """Write TEXT through the channel SETUP_ID to the address TO, like email:mina@example.org, as a service message."""
    start_django()
    from patogh.channels.connectors import queries, sending

    row = queries.setup(setup_id)
    identity = _identity(to)
    message = sending.write(row, identity, text, purpose="service", by=None)
    sending.send_due(setup_id)
    message.refresh_from_db()
    if message.state != "sent":
        fail(f"It did not leave: {message.state} {message.why}".strip())
    click.echo(f"It left: {message.channel_key}")


@channels.command("replay")
@click.argument("setup_id", type=click.IntRange(1))
@with_data
def replay(setup_id: int) -> None:
    """Read the dead letters of the channel SETUP_ID once more."""
    start_django()
    from patogh.channels.connectors import queries, receiving

    done, left = receiving.replay_all(queries.setup(setup_id), by=None)
    click.echo(f"{done} taken, {left} still cannot be")


@channels.command("off")
@click.argument("setup_id", type=click.IntRange(1))
@with_data
def off(setup_id: int) -> None:
    """Switch the channel SETUP_ID off at once."""
    start_django()
    from patogh.channels.connectors import queries
    from patogh.channels.connectors.actions import setups

    setups.switch_off(queries.setup(setup_id), by=None)
    click.echo("It is off.")


@channels.command("on")
@click.argument("setup_id", type=click.IntRange(1))
@with_data
def on(setup_id: int) -> None:
    """Switch the channel SETUP_ID on again."""
    start_django()
    from patogh.channels.connectors import queries
    from patogh.channels.connectors.actions import setups

    setups.switch_on(queries.setup(setup_id), by=None)
    click.echo("It is on.")


@channels.command("halt")
@click.option("--reason", default="", help="Why, for the team's page.")
@with_data
def halt(reason: str) -> None:
    """Stop every channel at once."""
    start_django()
    from patogh.channels.connectors.actions import setups

    setups.halt(by=None, reason=reason)
    click.echo("Every channel is stopped.")


@channels.command("resume")
@with_data
def resume() -> None:
    """Let every channel work again that is on."""
    start_django()
    from patogh.channels.connectors.actions import setups

    setups.resume(by=None)
    click.echo("The channels work again.")


def _identity(to: str) -> Any:
    """Return the identity of an address like email:mina@example.org; one line and exit 1 for anything else."""
    from patogh.activity import upkeep
    from patogh.people.identifying import identity_of

    kind, colon, value = to.partition(":")
    found = upkeep(identity_of)(kind, value) if colon else None
    if found is None:
        fail(f"{to} is no address to write to.")
    return found


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "connector": row.connector, "name": row.name, "state": row.state, "came": row.came_count,
        "left": row.left_count, "dead": row.dead_count, "fault": row.fault, "who": row.who,
    }  # fmt: skip
