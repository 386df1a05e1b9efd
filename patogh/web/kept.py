"""Profiles, which another room renders, kept under a stamp and put into the reader's own frame.

The stamp is read before Django is asked, so what is kept can only be younger than its stamp says. What a profile shows
differs by the reader's spaces, roles and follow, and by whether it is their own: that is the key; the tokens of its forms
become slots and are filled anew for each answer.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from patogh.hangout.queries.stamps import sight
from patogh.kit.rows import rows
from patogh.looks.assembly import Part, part, slot, store
from patogh.looks.shells import Ask, Page

KEPT_S = 60.0
PROFILE = re.compile(r"/@([a-z0-9_]{3,30})")
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{32,64}(")')
_PAGE = re.compile(
    r"<title>(?P<title>.*?)</title>\s*(?P<meta>.*?)<meta name=\"theme-color\".*?(?P<page><main .*</main>)", re.DOTALL
)
_PROFILE = """
SELECT m.id, m.version, m.topics_count, m.posts_count, m.accepted_count, m.thanks_count, m.followers_count, m.following_count, m.roles, m.is_active,
       (SELECT MAX(a.happened_at) FROM activity_activity a WHERE a.identity_id = m.identity_id),
       (SELECT f.level FROM people_memberfollow f WHERE f.followed_id = m.id AND f.follower_id = %s)
  FROM people_member m WHERE m.handle = %s
"""
Application = Callable[..., Iterable[bytes]]


def profile(ask: Ask, handle: str, environ: dict[str, Any], django: Application) -> Page | None:
    """Return a profile's page, or None where Django does not answer with a plain page."""
    found = rows(_PROFILE, (ask.member_id or 0, handle))
    if not found or ask.params:
        return None
    seen, roles = sight(ask.member_id), ask.member.roles if ask.member is not None else None
    key = ("@", handle, seen.spaces, roles, found[0][0] == ask.member_id, found[0][-1], ask.look, ask.origin)
    stamp = (tuple(found[0]), seen.versions, ask.house)
    kept = store.get(key, stamp, time.time())
    if kept is None:
        made = _asked(environ, django)
        if made is None:
            return None
        kept = store.put(key, stamp, made)
    return Page(kept, address=f"/@{handle}")


def _asked(environ: dict[str, Any], django: Application) -> Part | None:
    """Ask Django and return the page inside its answer; None for anything but a whole page."""
    said: dict[str, Any] = {}
    answer = django(
        {**environ, "REQUEST_METHOD": "GET"},
        lambda status, headers, *_error: said.update(status=status, headers=headers),
    )
    try:
        body = b"".join(answer).decode()
    finally:
        getattr(answer, "close", lambda: None)()
    whole = _PAGE.search(body)
    if not said["status"].startswith("200") or whole is None:
        return None
    html = _TOKEN.sub(rf"\g<1>{slot('csrf')}\g<2>", whole["page"])
    return part(
        html,
        valid_until_s=time.time() + KEPT_S,
        facts={"title": whole["title"].encode(), "meta": whole["meta"].rstrip().encode()},
    )
