"""`patogh people`: what the operator does with records of people outside of the house's own tables."""

import csv
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click

from patogh.conf.cli.base import fail, main, start_django, with_data

if TYPE_CHECKING:
    from patogh.persons.resolving.batch import Resolved

FILE = click.Path(dir_okay=False, path_type=Path)


@main.group()
def people() -> None:
    """Find out which records of a table are one person, bring people as a file, check their receipts."""


@people.command("resolve")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=FILE, required=True, help="CSV of linked pairs: left_id, right_id, probability.")
@click.option("--report", type=FILE, help="HTML page that tells what was read, how it was decided, and examples.")
@click.option("--clusters", type=FILE, help="CSV of all rows with the number of their person: id, cluster.")
@click.option("--id", "id_name", default="id", show_default=True, metavar="NAME", help="Column of the identifier.")
@click.option("--threshold", type=float, metavar="P", help="Link from this probability on (0 to 1); else by size.")
@click.option("--region", default="IR", show_default=True, metavar="CC", help="Country of phones that name none.")
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="How many cores to use.")
def resolve(file: Path, out: Path, report: Path | None, clusters: Path | None, **how: Any) -> None:
    """Link the records of FILE (CSV or Parquet) that are one person; docs/resolving.md says how it decides."""
    _sane(file, [one for one in (out, report, clusters) if one is not None], how["threshold"], how["region"])
    from patogh.persons.resolving import batch
    from patogh.persons.resolving.errors import TableUnreadable

    wish = batch.Wish(file, how["id_name"], how["threshold"], how["region"].upper(), how["threads"])
    try:
        found = batch.resolve(wish, _tell)
    except TableUnreadable as error:
        fail(str(error))
    _write(out, lambda to: _rows(to, ("left_id", "right_id", "probability"), _said(found)))
    if clusters is not None:
        _write(clusters, lambda to: _rows(to, ("id", "cluster"), found.persons()))
    if report is not None:
        _write_report(report, found, wish.region, file.name)
    _sum_up(found)


def _sane(file: Path, targets: Sequence[Path], threshold: float | None, region: str) -> None:
    """Refuse what cannot be meant, before minutes are spent on it."""
    if threshold is not None and not 0 < threshold < 1:
        fail("--threshold is a probability between 0 and 1, for example 0.95.")
    if not re.fullmatch("[A-Za-z]{2}", region) or not _is_country(region.upper()):
        fail("--region is a country in two letters (ISO 3166), for example IR.")
    if len({target.resolve() for target in (file, *targets)}) <= len(targets):
        fail("the table and the files to write must be different files.")
    for target in targets:
        if not target.resolve().parent.is_dir():
            fail(f"there is no folder {target.parent} to write {target.name} to.")


def _is_country(region: str) -> bool:
    import phonenumbers

    return region in phonenumbers.SUPPORTED_REGIONS


def _said(found: "Resolved") -> Iterable[tuple[str, str, str]]:
    for left, right, chance in found.links():
        yield left, right, f"{chance:.6f}"


def _write_report(path: Path, found: "Resolved", region: str, name: str) -> None:
    from patogh.persons.resolving import report

    page = report.page(found, region=region, name=name)
    _write(path, lambda to: to.write(page))


def _rows(to: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def _write(path: Path, fill: Callable[[TextIO], object]) -> None:
    """Write a file whole or not at all: under another name first, renamed when it is on the disk."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("x", encoding="utf-8", newline="") as to:
            fill(to)
            to.flush()
            os.fsync(to.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _tell(what: str, count: int) -> None:
    """Say on stderr how far it is."""
    said = {
        "read": "rows read",
        "trained": "rows trained on",
        "predicted": "pairs above the threshold",
        "joined": "persons with several rows",
    }
    if what != "read" or count % 100_000 == 0:
        click.echo(f"{count:,} {said[what]}", err=True)


def _sum_up(found: "Resolved") -> None:
    """Say on stderr what was found and which columns were not used."""
    for column in found.columns:
        if column.sentence_en:
            click.echo(column.sentence_en, err=True)
    joined = found.decided.joined
    click.echo(
        f"{found.loaded.rows:,} rows, {len(joined.pairs):,} linked pairs, {len(joined.groups):,} persons with several rows "
        f"(the biggest {max(map(len, joined.groups), default=1)}), in {sum(found.took_s.values()):.1f} s.",
        err=True,
    )


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--label", required=True, metavar="NAME", help="Where these people come from, always the same: crm, club."
)
@click.option(
    "--column", "chosen", multiple=True, metavar="NAME=MEANING", help="What a column is; the others are guessed."
)
@click.option("--consent-words", default="", metavar="TEXT", help="What a yes in the column of consent was said to.")
@click.option("--consent-purpose", default="", metavar="NAME", help="What for: news, offers, research.")
@click.option("--consent-method", default="form", show_default=True, help="How they said it: form, paper, spoken.")
@click.option("--consent-evidence", default="", metavar="TEXT", help="What proves it: where the forms are kept.")
@click.option("--as", "handle", default="", metavar="HANDLE", help="Member of the team who answers for the consents.")
@click.option("--dry-run", is_flag=True, help="Only count what would become of the rows.")
@with_data
def import_people(file: Path, label: str, chosen: tuple[str, ...], dry_run: bool, handle: str, **agreed: str) -> None:
    """Bring the people of FILE (CSV or XLSX); the same command again goes on where it was stopped."""
    start_django()
    from patogh.conf.cli.accounts import member_called
    from patogh.kit.errors import PatoghError
    from patogh.persons.importing import command

    columns = dict(one.partition("=")[::2] for one in chosen)
    said = {name.removeprefix("consent_"): words for name, words in agreed.items()}
    try:
        wish = command.Wish(label, columns, said, member_called(handle) if handle else None)
        command.run(file, wish, dry_run=dry_run, tell=click.echo)
    except PatoghError as error:
        fail(str(error))


@people.command("receipt")
@click.argument("file", type=click.File("rb"))
@click.option("--keys", type=click.File("rb"), help="Key set of the house that signed (its address is in the receipt).")
@with_data
def check_receipt(file: BinaryIO, keys: BinaryIO | None) -> None:
    """Check who signed the receipt of a consent FILE (- for stdin): this house, or the one whose --keys are given."""
    start_django(fresh=True)
    from patogh.kit.jws import Forged
    from patogh.people.consent import receipts

    try:
        made = receipts.read(file.read())
        number = receipts.check(made, receipts.read(keys.read()) if keys else None)
    except Forged as error:
        fail(f"do not trust it: {error}.")
    click.echo(f"It is whole and signed with the key {number}.")
