"""A crowd for measurements: persons with addresses, traits and consents, and activities over two years, made by the database itself.

One statement a table, so that 1,000,000 persons with 10,000,000 activities take minutes: an INSERT of rows that a series of numbers
and the database's own chance give. Indexes of the road are taken away meanwhile and made again; the append-only triggers stay.
Ids are UUIDv7 in their order, as one process gives them. At the end the tables are vacuumed and analysed, as those of a house that lives are.
"""

VERBS = (
    "hangout.topic_opened",
    "hangout.reply_posted",
    "hangout.reaction_given",
    "persons.event_tracked",
    "persons.page_viewed",
)
DAYS = 730
FREE_MS = 3_600_000  # activities' ids begin an hour after those of persons


class Words:
    """How SQLite says what the statements need."""

    before: tuple[str, ...] = (
        "PRAGMA journal_mode=MEMORY", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-300000", "PRAGMA temp_store=FILE",
        "PRAGMA foreign_keys=OFF",
    )  # fmt: skip
    after: tuple[str, ...] = (
        "PRAGMA analysis_limit=1000", "ANALYZE", "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-1000", "PRAGMA foreign_keys=ON",
        "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
    )  # fmt: skip
    now, json = "strftime('%Y-%m-%d %H:%M:%f', 'now')", ""

    def rows(self, count: int) -> str:
        """Return rows of n from 1 and three chances between 0 and 1; the recursion gives each row its own, once."""
        chances = ", ".join(["(random() & 9007199254740991) / 9007199254740992.0"] * 3)
        return (
            f"(WITH RECURSIVE r(n, a, b, c) AS (SELECT 1, {chances} UNION ALL SELECT n + 1, {chances} FROM r "
            f"WHERE n < {count}) SELECT * FROM r) AS made"
        )

    def key(self, began_ms: int, number: str) -> str:
        """Return the UUIDv7 of a number: 4,096 a millisecond."""
        return f"printf('%012x7%03x8%015x', {began_ms} + ({number}) / 4096, ({number}) % 4096, {number})"

    def whole(self, number: str) -> str:
        """Return the whole part of a number."""
        return f"CAST({number} AS INTEGER)"

    def ago(self, minutes: str) -> str:
        """Return a moment so many minutes ago."""
        return f"strftime('%Y-%m-%d %H:%M:%S', 'now', '-' || {minutes} || ' minutes')"


class PostgresWords(Words):
    """How PostgreSQL says it."""

    before: tuple[str, ...] = ("SET maintenance_work_mem = '512MB'", "SET synchronous_commit = off")
    after: tuple[str, ...] = ("VACUUM ANALYZE", "CHECKPOINT", "RESET maintenance_work_mem", "RESET synchronous_commit")
    now, json = "now()", "::jsonb"

    def rows(self, count: int) -> str:
        """Return the same rows."""
        return f"(SELECT n, random() AS a, random() AS b, random() AS c FROM generate_series(1, {count}::bigint) AS n) AS made"

    def key(self, began_ms: int, number: str) -> str:
        """Return the same ids."""
        parts = (f"{began_ms} + ({number}) / 4096", 12), (f"({number}) % 4096", 3), (number, 15)
        moment, counter, noise = (f"lpad(to_hex(({one})::bigint), {chars}, '0')" for one, chars in parts)
        return f"({moment} || '7' || {counter} || '8' || {noise})::uuid"

    def whole(self, number: str) -> str:
        """Return the whole part of a number."""
        return f"floor({number})::bigint"

    def ago(self, minutes: str) -> str:
        """Return a moment so many minutes ago."""
        return f"now() - ({minutes}) * interval '1 minute'"


def crowd(persons: int, activities: int) -> None:
    """Write persons with an address each (every fifth with an account's second one), traits, consents and activities."""
    from django.db import connection

    is_postgres = connection.vendor == "postgresql"
    words = PostgresWords() if is_postgres else Words()
    tables = [*_people(words, persons), _traits(words, persons), _consents(words, persons)]
    with connection.cursor() as cursor:
        for statement in words.before:
            cursor.execute(statement)
        for table, columns, values, rows in tables:
            cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {rows}")
        with bare_of_indexes("activity_activity"):
            table, columns, values, rows = _road(words, persons, activities)
            cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {rows}")
        for table in ("people_identity",) if is_postgres else ():
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        for statement in words.after:
            cursor.execute(statement)


Table = tuple[str, tuple[str, ...], tuple[str, ...], str]


def _began_ms() -> int:
    import time

    return time.time_ns() // 1_000_000 - 2 * FREE_MS


def _people(words: Words, persons: int) -> list[Table]:
    """Return persons, their addresses (half of them verified) and second ones."""
    began, rows = _began_ms(), words.rows(persons)
    columns = ("id", "kind", "value", "person_id", "verified_at", "created_at")
    address = ("n", "'email'", "'p' || (n - 1) || '@example.org'", words.key(began, "n"),
               f"CASE WHEN (n - 1) % 2 = 1 THEN {words.now} END", words.now)  # fmt: skip
    second = (
        f"{persons} + n",
        "'telegram'",
        "'t' || (n - 1)",
        words.key(began, "((n - 1) * 5 + 1)"),
        "NULL",
        words.now,
    )
    return [
        ("people_person", ("id", "created_at"), (words.key(began, "n"), words.now), rows),
        ("people_identity", columns, address, rows),
        ("people_identity", columns, second, words.rows(persons // 5)),
    ]


def _traits(words: Words, persons: int) -> Table:
    """Return what a site said of every fourth: a third of them have the plan "pro"."""
    columns = ("identity_id", "source", "name", "value", "said_at", "recorded_at")
    plan = f"(CASE WHEN a < 0.333333 THEN '\"pro\"' ELSE '\"free\"' END){words.json}"
    return (
        "persons_trait", columns, ("(n - 1) * 4 + 1", "'site'", "'plan'", plan, words.now, words.now), words.rows(persons // 4),
    )  # fmt: skip


def _consents(words: Words, persons: int) -> Table:
    """Return the consent of every sixth."""
    columns = ("receipt", "identity_id", "purpose", "channel", "sender", "state", "words", "words_hash", "language", "method",
               "evidence", "happened_at", "recorded_at")  # fmt: skip
    values = (words.key(_began_ms(), "n"), "(n - 1) * 6 + 1", "'offers'", "'mail'", "''", "'given'", "''", "''", "'fa'", "'form'",
              f"'{{}}'{words.json}", words.now, words.now)  # fmt: skip
    return "people_consent", columns, values, words.rows(persons // 6)


def _road(words: Words, persons: int, activities: int) -> Table:
    """Return activities over two years; some persons do much more than others, and some verbs are done more than others."""
    columns = ("id", "verb", "identity_id", "subject_kind", "subject_id", "target_kind", "target_id", "audience", "channel",
               "happened_at", "recorded_at", "currency", "data", "source")  # fmt: skip
    which = words.whole("b * b * 5")
    verb = " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(VERBS))
    data = (
        f'(CASE {which} WHEN 0 THEN CASE WHEN n % 3 = 0 THEN \'{{"kind": "discussion"}}\' ELSE \'{{"kind": "question"}}\' END '
        f"WHEN 3 THEN '{{\"event\": \"' || CASE WHEN n % 4 = 0 THEN 'search' ELSE 'checkout' END || "
        f"'\", \"properties\": {{\"total\": ' || (n % 500) || '}}}}' ELSE '{{}}' END){words.json}"
    )
    values = (words.key(_began_ms() + FREE_MS, "n"), f"CASE {which} {verb} END", f"{words.whole(f'a * a * {persons}')} + 1", "'x'",
              "CAST(n AS TEXT)", "''", "''", "'staff'", "'api'", words.ago(words.whole(f"c * {DAYS * 1440}")), words.now, "''", data,
              "''")  # fmt: skip
    return "activity_activity", columns, values, words.rows(activities)


class bare_of_indexes:  # noqa: N801 - it reads as a word of a with statement
    """Take a table's plain indexes away, and make them again at the end."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.kept: list[tuple[str, str]] = []

    def __enter__(self) -> None:
        """Drop them."""
        from django.db import connection

        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
                    [self.table],
                )
            else:
                cursor.execute(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
                    "(SELECT conname FROM pg_constraint)", [self.table],
                )  # fmt: skip
            self.kept = cursor.fetchall()
            for name, _ in self.kept:
                cursor.execute(f'DROP INDEX "{name}"')

    def __exit__(self, *_error: object) -> None:
        """Make them again."""
        from django.db import connection

        with connection.cursor() as cursor:
            for _, sql in self.kept:
                cursor.execute(sql)
