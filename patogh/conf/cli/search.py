"""`patogh search`: what the search page would find."""

import click

from patogh.conf.cli.base import main, print_json, progress, start_django, with_data


@main.command()
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print ranked hits as one JSON object.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="How many hits.")
@click.option("--reindex", is_flag=True, help="First build the index anew from the stored documents.")
@click.option("--as", "as_name", default="", help="Handle of the member who looks; a stranger when not given.")
@with_data
def search(words: tuple[str, ...], as_json: bool, limit: int, reindex: bool, as_name: str) -> None:
    """Find topics, posts and members by WORDS, as a reader would."""
    if not (words or reindex):
        raise click.UsageError("Say some WORDS to look for.")
    start_django()
    if reindex:
        rebuild()
    from patogh.conf.cli.accounts import member_called
    from patogh.search import queries

    member = member_called(as_name) if as_name else None
    hits = queries.search_plain(" ".join(words), member, limit=limit) if words else []
    if as_json:
        print_json({"query": " ".join(words), "hits": hits})
        return
    for hit in hits:
        click.echo(f"{hit['kind']:<7} {hit['id']:<8} {hit['title']}")


def rebuild() -> None:
    """Build the index anew, with a bar; until it is done, pages find what they find now."""
    from patogh.search import actions
    from patogh.search.models import Document

    last = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with progress("Building the index", last) as bar:
        actions.reindex(lambda at, _last: bar.update(at - bar.pos))
