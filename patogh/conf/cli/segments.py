"""`patogh segments`: what there is, whether a rule can be read, how many it fits."""

from __future__ import annotations

import click

from patogh.conf.cli.base import fail, main, print_json, start_django, with_data


@main.group()
def segments() -> None:
    """Look at segments: groups of people by a rule, kept live."""


@segments.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@with_data
def list_segments(*, as_json: bool) -> None:
    """List the segments with their counts and rules."""
    start_django()
    from patogh.segments.models import Segment
    from patogh.segments.queries.segments import texts

    rows = list(Segment.objects.filter(retired_at=None).order_by("pk"))
    rules = texts(rows)
    for row in rows:
        if as_json:
            print_json(
                {"id": row.pk, "name": row.name, "state": row.state, "people": row.members_count, "rule": rules[row.pk]}
            )
        else:
            click.echo(f"{row.pk}\t{row.members_count:,}\t{row.state}\t{row.name}\t{rules[row.pk]}")


@segments.command("check")
@click.argument("rule")
@with_data
def check_rule(rule: str) -> None:
    """Read RULE and print it as it would be kept, and in words; exit code 1 with the place of the fault if it cannot be read."""
    start_django()
    from django.utils import translation

    from patogh.segments.errors import BadRule
    from patogh.segments.rules.printing import text_of
    from patogh.segments.rules.reading import parse
    from patogh.segments.rules.sentences import sentence_of

    with translation.override("en"):
        try:
            read = parse(rule)
        except BadRule as refusal:
            fail(str(refusal))
        click.echo(text_of(read))
        click.echo(sentence_of(read))


@segments.command("count")
@click.argument("rule")
@with_data
def count_rule(rule: str) -> None:
    """Count how many people RULE fits, exactly or from a sample with its 95 % interval."""
    start_django()
    from django.utils import translation

    from patogh.segments.asking.estimating import look
    from patogh.segments.errors import BadRule
    from patogh.segments.rules.reading import parse

    with translation.override("en"):
        try:
            found = look(parse(rule)).count
        except BadRule as refusal:
            fail(str(refusal))
    print_json(
        {
            "people": found.members,
            "low": found.low,
            "high": found.high,
            "is_exact": found.is_exact,
            "sample": found.slots,
        }
    )
