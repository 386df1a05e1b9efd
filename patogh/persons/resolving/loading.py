"""Bring a table's rows, folded, into DuckDB: the columns that `levels` and `keys` read, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from patogh.persons.resolving import fields
from patogh.persons.resolving.columns import Column
from patogh.persons.resolving.errors import TableUnreadable
from patogh.persons.resolving.forms import Compared
from patogh.persons.resolving.levels import mailbox, one_byte
from patogh.persons.resolving.names import NameKey, name_key
from patogh.persons.resolving.reading import Row, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIELDS: Final = (
    "given", "given_k", "family", "family_k", "pair", "birth", "phone", "phone2", "email", "email2", "mailbox",
    "street", "house", "unit", "city", "postcode",
)  # fmt: skip
EXTERNALS_MAX: Final = 8
# A phone, an address or a customer number on more records than this is a shop's, a family firm's or a filler.
SHARED_RECORDS_MAX: Final = 20
SORTED_ROWS_MAX: Final = 200_000
_PARTING: Final = ";,،؛|/\n"
_WIDE_GAP = re.compile(r"\s\s")
_NO_BIRTH: Final = fields.Birth("")
Cells = Sequence[Sequence[str]]


@dataclass(slots=True)
class Loaded:
    """What was read: how many rows, the systems with keys of their own, and what was left out of the decision."""

    rows: int = 0
    externals: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    junk: list[tuple[str, str, int]] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    ambiguous_dates: int = 0
    date_order: str = "dmy"
    without_id: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """How a row becomes folded values: the places of each meaning, the phones' region, the order of dates."""

    places: dict[str, tuple[int, ...]]
    region: str
    date_order: str
    loaded: Loaded

    def one(self, cells: Cells, meaning: str) -> Sequence[str]:
        """Return a column of the first told values of a meaning."""
        places = self.places.get(meaning, ())
        if len(places) == 1:
            return cells[places[0]]
        if not places:
            return [""] * len(cells[0])
        return [next(filter(str.strip, told), "") for told in zip(*(cells[place] for place in places), strict=True)]

    def two(self, cells: Cells, meaning: str, folded: Callable[[str], str]) -> tuple[list[str], list[str]]:
        """Return two columns of folded values of a meaning that a person can have several of."""
        places = self.places.get(meaning, ())
        if len(places) == 1 and not has_several(cells[places[0]]):
            found = [[folded(cell)] if cell else [] for cell in cells[places[0]]]
            self._missed(meaning, sum(bool(one) and not one[0] for one in found))
        else:
            found = [self._many(row, meaning, folded) for row in zip(*(cells[place] for place in places), strict=True)]
            found = found or [[] for _ in cells[0]]
        return [one[0] if one else "" for one in found], [one[1] if len(one) > 1 else "" for one in found]

    def births(self, cells: Cells) -> list[str]:
        """Return the column of birth dates as eight digits."""
        written = self.one(cells, "birth")
        days = [fields.birth(one, self.date_order) if one else _NO_BIRTH for one in written]
        self.loaded.ambiguous_dates += sum(day.is_ambiguous for day in days)
        self._missed("birth", sum(bool(one.strip()) and not day.digits for one, day in zip(written, days, strict=True)))
        return [day.digits for day in days]

    def names(self, cells: Cells) -> tuple[list[NameKey], list[NameKey]]:
        """Return given and family names, taken apart where the table has one column for both."""
        given, family = self.one(cells, "given"), self.one(cells, "family")
        if "full" in self.places:
            both = [
                (one, other) if one or other else parted(whole)
                for one, other, whole in zip(given, family, self.one(cells, "full"), strict=True)
            ]
            given, family = [one for one, _ in both], [other for _, other in both]
        return list(map(name_key, given)), list(map(name_key, family))

    def _many(self, told: Sequence[str], meaning: str, folded: Callable[[str], str]) -> list[str]:
        found = {folded(part): None for cell in told if cell for part in fields.several(cell)}
        self._missed(meaning, int("" in found))
        return sorted(one for one in found if one)

    def _missed(self, meaning: str, count: int) -> None:
        if count:
            self.loaded.unread[meaning] = self.loaded.unread.get(meaning, 0) + count


def has_several(cells: Sequence[str]) -> bool:
    """Return whether any cell of a column may hold more than one value; a whole column is looked through at once."""
    whole = "\0".join(cells)
    return any(sign in whole for sign in _PARTING) or _WIDE_GAP.search(whole) is not None


def parted(whole: str) -> tuple[str, str]:
    """Return given and family name of a whole name: "Salehi, Mohammad" or «محمد صالحی»."""
    before, comma, after = whole.replace("،", ",").partition(",")
    if comma and after.strip():
        return after.strip(), before.strip()
    words = whole.split()
    if len(words) < 2:
        return whole, ""
    return " ".join(words[:-1]) if len(words) > 2 and words[0].casefold() in _TITLES else words[0], " ".join(words[1:])


_TITLES: Final = frozenset(
    {"سید", "سیده", "seyed", "seyyed", "دکتر", "مهندس", "خانم", "آقای", "dr", "dr.", "mr", "mr.", "mrs", "mrs.", "ms"}
)


def load(
    table: Table, columns: Sequence[Column], region: str, db: DuckDBPyConnection, tell: Callable[[int], None]
) -> Loaded:
    """Read all rows into the table `records` of `db`; raises TableUnreadable for doubled identifiers."""
    import pyarrow as pa

    reader = _reader(table, columns, region)
    names = ("rid", *FIELDS, *(f"x{number}" for number in range(len(reader.loaded.externals))))
    schema = pa.schema([("n", pa.int32()), *((name, pa.string()) for name in names)])
    db.execute(f"create table raw (n integer, {', '.join(f'{name} varchar' for name in names)})")
    for piece in table.pieces():
        values = _folded(reader, piece)
        numbers = range(reader.loaded.rows, reader.loaded.rows + len(piece))
        batch = pa.table([pa.array(numbers, pa.int32()), *map(pa.array, _texts(values))], schema=schema)
        db.register("piece", batch)
        db.execute("insert into raw select * from piece")
        db.unregister("piece")
        reader.loaded.rows += len(piece)
        tell(reader.loaded.rows)
    _identified(db)
    _without_junk(db, reader.loaded, names)
    _settled(db, reader.loaded)
    return reader.loaded


def compared_rows(
    table: Table, columns: Sequence[Column], region: str, wanted: set[int]
) -> dict[int, tuple[Row, Compared]]:
    """Return the cells and the comparable forms of some rows by number, read once more from the file."""
    reader, found, start = _reader(table, columns, region), dict[int, tuple[Row, Compared]](), 0
    for piece in table.pieces():
        for number in wanted.intersection(range(start, start + len(piece))):
            found[number] = (piece[number - start], _compared(reader, piece[number - start]))
        start += len(piece)
        if len(found) == len(wanted):
            break
    return found


def _compared(reader: Reader, row: Row) -> Compared:
    rid, given, given_k, family, family_k, _, birth, *rest = (column[0] for column in _folded(reader, [row]))
    phone, phone2, email, email2, _, street, house, unit, town, postcode, *others = rest
    return Compared(
        id=rid, given=given, given_k=given_k, family=family, family_k=family_k, birth=birth,
        phones=tuple(one for one in (phone, phone2) if one), emails=tuple(one for one in (email, email2) if one), street=street,
        house=house, unit=unit, city=town, postcode=postcode, external=dict(zip(reader.loaded.externals, others, strict=True)),
    )  # fmt: skip


def order_of(values: Sequence[str]) -> str:
    """Return "dmy" or "mdy": what the dates that can only be one of them say; day first where they say nothing."""
    month_first = day_first = 0
    for value in values:
        day, month = fields.birth(value, "dmy"), fields.birth(value, "mdy")
        if day.digits and not day.is_ambiguous and day == month:
            first = int("".join(ch for ch in value[:2] if ch.isdigit()) or 0)
            day_first += 12 < first <= 31
            month_first += first <= 12 and value[2:3] in "/-." and not value[:4].isdigit()
    return "mdy" if month_first > day_first else "dmy"


def _reader(table: Table, columns: Sequence[Column], region: str) -> Reader:
    places: dict[str, tuple[int, ...]] = {}
    for place, column in enumerate(columns):
        if column.meaning:
            places[column.meaning] = (*places.get(column.meaning, ()), place)
    if not set(places) - {"id", "region", "unit", "house"}:
        raise TableUnreadable(
            "no column tells who somebody is (a name, a birth date, a phone, an e-mail, an address or a customer number); "
            f"the columns are: {', '.join(table.header)[:300]}."
        )
    places["external"] = places.get("external", ())[:EXTERNALS_MAX]
    dates = [row[place] for place in places.get("birth", ()) for row in table.sample]
    loaded = Loaded(externals=tuple(table.header[place] for place in places["external"]), date_order=order_of(dates))
    return Reader(places, region, loaded.date_order, loaded)


def _folded(reader: Reader, piece: Sequence[Row]) -> list[Sequence[str]]:
    """Return the folded columns of some rows in the order of `FIELDS`: the identifier first, other systems' keys last."""
    cells: Cells = list(zip(*piece, strict=True))
    given, family = reader.names(cells)
    pairs = [
        (f"{a.fold} {b.fold}" if a.fold < b.fold else f"{b.fold} {a.fold}") if a.fold and b.fold else ""
        for a, b in zip(given, family, strict=True)
    ]
    phones = reader.two(cells, "phone", lambda one: fields.phone_compared(one, reader.region))
    emails = reader.two(cells, "email", fields.email_compared)
    return [
        [one.strip() for one in cells[reader.places["id"][0]]],
        [one.fold for one in given], [one.skeleton for one in given], [one.fold for one in family], [one.skeleton for one in family],
        pairs, reader.births(cells), *phones, *emails, list(map(mailbox, emails[0])),
        list(map(fields.plain, reader.one(cells, "street"))), list(map(fields.number, reader.one(cells, "house"))),
        list(map(fields.number, reader.one(cells, "unit"))), [name_key(one).fold for one in reader.one(cells, "city")],
        list(map(fields.postcode, reader.one(cells, "postcode"))),
        *(list(map(fields.plain, cells[place])) for place in reader.places["external"]),
    ]  # fmt: skip


def _texts(columns: Sequence[Sequence[str]]) -> Iterator[list[str | None]]:
    """Yield the columns for DuckDB: nothing told is NULL, Persian letters one byte each (the identifier stays)."""
    yield list(columns[0])
    for column in columns[1:]:
        yield [one_byte(value) if value else None for value in column]


def _identified(db: DuckDBPyConnection) -> None:
    """Refuse doubled and missing identifiers: a link would not say which of two rows it means."""
    empty = _number(db, "select count(*) from raw where rid = ''")
    if empty:
        raise TableUnreadable(f"{empty:,} rows have no identifier; every row needs one of its own.")
    doubled = db.execute(
        "select rid, count(*) from raw group by rid having count(*) > 1 order by min(n) limit 3"
    ).fetchall()
    if doubled:
        said = ", ".join(f"“{rid}” ({count} rows)" for rid, count in doubled)
        raise TableUnreadable(f"identifiers must be unique; more than one row has {said}.")


def _without_junk(db: DuckDBPyConnection, loaded: Loaded, names: Sequence[str]) -> None:
    """Take values that many records share out of the decision: no contact of a crowd says who somebody is."""
    shared: list[tuple[str, tuple[str, ...]]] = [("phone", ("phone", "phone2")), ("email", ("email", "email2"))]
    shared += [(loaded.externals[int(name[1:])], (name,)) for name in names if name[0] == "x"]
    for told, places in shared:
        values = " union all ".join(f"select {place} v from raw where {place} is not null" for place in places)
        db.execute(
            f"create or replace temp table junk as select v, count(*) c from ({values}) group by v having count(*) > {SHARED_RECORDS_MAX}"
        )
        loaded.junk += [
            (told, value, count)
            for value, count in db.execute("select v, c from junk order by c desc, v limit 20").fetchall()
        ]
        if _number(db, "select count(*) from junk"):
            for place in places:
                db.execute(f"update raw set {place} = null where {place} in (select v from junk)")
            if told in {"phone", "email"}:
                db.execute(
                    f"update raw set {told} = {told}2, {told}2 = null where {told} is null and {told}2 is not null"
                )
            if told == "email":
                db.execute("update raw set mailbox = split_part(email, '@', 1)")


def _settled(db: DuckDBPyConnection, loaded: Loaded) -> None:
    """Make `records` of `raw`; a table that is taught whole lies in the order of identifiers, so that its own says nothing."""
    counts = db.execute(f"select {', '.join(f'count({name})' for name in FIELDS)} from raw").fetchone()
    told = {name for name, count in zip(FIELDS, counts or (), strict=True) if count}
    loaded.used = tuple(name for name in FIELDS if name in told)
    if loaded.rows > SORTED_ROWS_MAX:
        db.execute("alter table raw rename to records")
    else:
        db.execute("create table records as select * from raw order by hash(rid), rid")
        db.execute("drop table raw")


def _number(db: DuckDBPyConnection, sql: str) -> int:
    row = db.execute(sql).fetchone()
    return int(row[0]) if row else 0
