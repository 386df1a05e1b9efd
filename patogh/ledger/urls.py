"""Addresses of the open book: nouns."""

from django.urls import URLPattern, URLResolver, path, re_path

from patogh.ledger.views import book, log, mine, payouts, places, rules, team, team_payouts  # noqa: F401 - places plugs in

# Only these forms reach a file: a level of two digits or "entries", then groups of three, then perhaps a width.
TILE = r"^book/log/tile/(?P<path>(?:[0-9]{1,2}|entries)/(?:x[0-9]{3}/){0,5}[0-9]{3}(?:\.p/[0-9]{1,3})?)$"

urlpatterns: list[URLPattern | URLResolver] = [
    path("book", book.book, name="book"),
    path("book/lines", book.lines, name="book_lines"),
    path("book/lines/<str:index>.json", book.line_file, name="book_line_file"),
    path("book/lines/<str:index>", book.line, name="book_line"),
    path("book/receipts/<str:code>", book.receipt, name="book_receipt"),
    path("book/how", book.how, name="book_how"),
    path("book/balance", book.balance, name="book_balance"),
    path("book/verify.html", book.verifier, name="book_verifier"),
    path("book/patogh-verify.pyz", book.program, name="book_program"),
    path("book/log", log.log, name="book_log"),
    path("book/log/checkpoint", log.checkpoint, name="book_checkpoint"),
    re_path(TILE, log.tile, name="book_tile"),
    path("book/log/proof/<str:index>.tlog-proof", log.proof, name="book_proof"),
    path("book/log/consistency", log.consistency, name="book_consistency"),
    path("book/log/policy", log.policy, name="book_policy"),
    path("book/log/vkey", log.key, name="book_key"),
    path("me/book", mine.my_book, name="my_book"),
    path("me/book.csv", mine.my_book_csv, name="my_book_csv"),
    path("me/book/<str:code>.json", mine.my_receipt, name="my_receipt"),
    path("me/payouts", payouts.my_payouts, name="my_payouts"),
    path("me/payouts/account", payouts.my_payout_account, name="my_payout_account"),
    path("me/payouts/<uuid:key>", payouts.my_payout, name="my_payout"),
    path("team/payouts", team_payouts.team_payouts, name="team_payouts"),
    path("team/payouts/files", team_payouts.team_payout_files, name="team_payout_files"),
    path("team/payouts/files/<int:number>.csv", team_payouts.team_payout_file, name="team_payout_file"),
    path("team/payouts/report", team_payouts.team_payout_report, name="team_payout_report"),
    path("team/payouts/<uuid:key>", team_payouts.team_payout, name="team_payout"),
    path("team/book", team.team_book, name="team_book"),
    path("team/book/rules", rules.rules, name="team_book_rules"),
    path("team/book/witnesses/<int:witness_id>", team.team_witness, name="team_witness"),
]
