"""The command `patogh`. Each module of this package that is imported here brings its commands.

No module loads Django when it is imported, so that `patogh --help` answers at once.
"""

from patogh.conf.cli import (
    accounts,
    api,
    base,
    bench,
    book,
    bookkeeping,
    copies,
    database,
    demo,
    digest,
    drill,
    exporting,
    ideas,
    importing,
    intake,
    mail,
    people,
    queue,
    replaying,
    retention,
    search,
    serve,
    shop,
    webhooks,
    wellness,
    witness,
)

main = base.main

__all__ = [
    "accounts",
    "api",
    "bench",
    "book",
    "bookkeeping",
    "copies",
    "database",
    "demo",
    "digest",
    "drill",
    "exporting",
    "ideas",
    "importing",
    "intake",
    "mail",
    "main",
    "people",
    "queue",
    "replaying",
    "retention",
    "search",
    "serve",
    "shop",
    "webhooks",
    "wellness",
    "witness",
]
