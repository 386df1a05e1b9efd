"""`patogh webhooks`: what is told to other programs, a test of it, and another try for what failed."""

from typing import Any

import click

from patogh.conf.cli.base import fail, main, print_json, start_django, with_data


@main.group()
def webhooks() -> None:
    """See, test and replay outgoing webhooks; they are added at /team/webhooks."""


@webhooks.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_data
def list_endpoints(as_json: bool) -> None:
    """List the endpoints: their state, what waits and what was given up."""
    start_django()
    rows = [_told(row) for row in _endpoints()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("{id}  {state}  {waiting} waiting  {failed} given up  {url}  {patterns}".format(**row))
    if not rows:
        click.echo("There are no webhooks; add one at /team/webhooks.")


@webhooks.command("test")
@click.argument("endpoint_id", type=click.IntRange(1))
@with_data
def test(endpoint_id: int) -> None:
    """Send the endpoint ENDPOINT_ID a test message from this process and print what was answered."""
    start_django()
    from patogh.api.models import WebhookDelivery
    from patogh.api.webhooks import actions, queries, sending

    endpoint = queries.endpoint(endpoint_id)
    message = actions.send_test(endpoint, by=None)
    sending.take_turn(endpoint_id)
    row = WebhookDelivery.objects.filter(message=message).first()
    if row is None or not row.attempts:
        click.echo(f"{message.key} waits for the worker.")
        return
    answer = f"{row.last_status or 'no answer'} {row.last_error}".strip()
    if row.state != "delivered":
        fail(f"{message.key} did not arrive: {answer}")
    click.echo(f"{message.key} arrived: {answer}")


@webhooks.command("replay")
@click.argument("endpoint_id", type=click.IntRange(1), required=False)
@click.option("--days", type=click.IntRange(1, 30), default=30, show_default=True, help="How far back.")
@click.option("--delivery", "delivery_id", type=click.IntRange(1), help="One delivery instead, whatever became of it.")
@with_data
def replay(endpoint_id: int | None, days: int, delivery_id: int | None) -> None:
    """Send again what the endpoint ENDPOINT_ID was not given in the last DAYS; the worker sends it."""
    if (endpoint_id is None) == (delivery_id is None):
        raise click.UsageError("give either an ENDPOINT_ID or --delivery")
    start_django()
    import datetime as dt

    from django.utils import timezone

    from patogh.api.webhooks import actions, queries

    if delivery_id is not None:
        actions.redeliver(queries.delivery(delivery_id), by=None)
        click.echo("1 message is sent again.")
        return
    since = timezone.now() - dt.timedelta(days=days)
    count = actions.replay_failed(queries.endpoint(endpoint_id or 0), since, by=None)
    click.echo(f"{count} messages are sent again.")


def _endpoints() -> list[Any]:
    """Return the endpoints with how many messages wait and were given up."""
    from django.db.models import Count, Q

    from patogh.api.models import WebhookEndpoint

    waiting, failed = Q(deliveries__state="waiting"), Q(deliveries__state="failed")
    counted = WebhookEndpoint.objects.annotate(waiting=Count("pk", filter=waiting), failed=Count("pk", filter=failed))
    return list(counted.order_by("pk"))


def _told(row: Any) -> dict[str, Any]:
    state = row.paused_why or ("failing" if row.failing_since else "on")
    names = ("url", "description", "patterns", "reach", "waiting", "failed")
    return {"id": row.pk, "state": state, **{name: getattr(row, name) for name in names}}
