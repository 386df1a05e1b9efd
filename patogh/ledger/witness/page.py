"""The witness's one page: what it is, its key and what it saw, in Persian and in English."""

from __future__ import annotations

import base64
import hashlib
import time
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from patogh.ledger.witness.protocol import Witness

_STYLE: Final = """
:root { color-scheme: light dark; font: 1rem/1.7 Vazirmatn, system-ui, sans-serif; }
body { max-inline-size: 44rem; margin: 2rem auto; padding-inline: 1rem; }
section { margin-block: 2rem; }
code { display: block; overflow-wrap: anywhere; padding: .75rem; border: 1px solid; border-radius: .5rem; direction: ltr; text-align: left; }
table { inline-size: 100%; border-collapse: collapse; direction: ltr; }
th, td { text-align: start; padding: .4rem; border-block-end: 1px solid; overflow-wrap: anywhere; }
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
SAFE_HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGE: Final = """<!doctype html>
<html lang="fa" dir="rtl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>گواه · {name}</title><style>{style}</style></head><body>
<h1>گواه <bdi>{name}</bdi></h1>
<section><p>این یک گواه است. هر دفتری که این‌جا نامش آمده، پیش از آن‌که مُهر تازه‌ای منتشر کند آن را به این گواه نشان می‌دهد. گواه می‌سنجد که
دفتر فقط بلندتر شده و چیزی از گذشته‌اش پاک یا عوض نشده است؛ سپس مُهر را با ساعتِ خودش امضا می‌کند.</p>
<p>گواه متنِ سطرها را نمی‌بیند و دربارهٔ درستی‌شان چیزی نمی‌گوید: سطرِ دروغ هم می‌تواند در دفتری بی‌دست‌کاری باشد.
دست‌کاریِ گذشته پیدا می‌شود؛ همین و نه بیشتر.</p></section>
<section lang="en" dir="ltr"><p>This is a witness. Each log named here shows it a new checkpoint before publishing it. The witness checks that the log only
grew and that nothing of its past was removed or changed; then it signs the checkpoint with its own clock.</p>
<p>It never sees what the entries say and says nothing about their truth: a false entry can stand in an untampered log. Tampering with the past is
found; that and no more.</p></section>
<h2>کلید · <span lang="en">Key</span></h2><code>{vkey}</code>
<h2>دفترها · <span lang="en">Logs</span></h2>
<table lang="en"><thead><tr><th>Log</th><th>Size</th><th>Cosigned at (UTC)</th><th>Refused, kept</th></tr></thead><tbody>
{rows}</tbody></table>
</body></html>
"""


def rendered(witness: Witness) -> str:
    """Return the page of a witness, as HTML."""
    rows = "".join(_row(witness, origin) for origin in witness.store.logs())
    empty = '<tr><td colspan="4">—</td></tr>\n'
    return _PAGE.format(name=escape(witness.name), vkey=escape(witness.vkey), style=_STYLE, rows=rows or empty)


def moment(unix_s: int) -> str:
    """Return a time as `2026-11-22 20:15:00`, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(unix_s))


def _row(witness: Witness, origin: str) -> str:
    seen = witness.store.seen(origin)
    size, at = (str(seen.size), moment(seen.at)) if seen else ("—", "—")
    cells = (escape(origin), size, at, str(witness.shelf.count(origin)))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"
