"""Whole answers of Django, kept under a stamp: for pages of other rooms that are asked for often, above all profiles.

The stamp is read before Django is asked, so an answer can only be younger than its stamp says. What a member sees is kept
for that member alone; the tokens of its forms become slots and are filled anew for each answer.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from patogh.hangout.queries.stamps import sight
from patogh.kit.rows import rows
from patogh.looks.assembly import Part, part, slot, store
from patogh.looks.shells import Ask

KEPT_S = 60.0
PROFILE = re.compile(r"/@([a-z0-9_]{3,30})")
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{32,64}(")')
# These headers come from the server itself or speak of one answer only.
_OWN_HEADERS = frozenset({"content-length", "date", "connection", "server", "set-cookie"})
_PROFILE = """
SELECT m.version, m.topics_count, m.posts_count, m.accepted_count, m.thanks_count, m.followers_count, m.following_count, m.roles, m.is_active,
       (SELECT MAX(a.happened_at) FROM activity_activity a WHERE a.identity_id = m.identity_id),
       (SELECT f.level FROM people_memberfollow f WHERE f.followed_id = m.id AND f.follower_id = %s)
  FROM people_member m WHERE m.handle = %s
"""
Application = Callable[..., Iterable[bytes]]


def profile(ask: Ask, handle: str, environ: dict[str, Any], django: Application) -> tuple[list[tuple[str, str]], list[bytes]] | None:
    """Return the headers and pieces of a profile as Django answers it, or None where it is not a plain page."""
    found = rows(_PROFILE, (ask.member_id or 0, handle))
    if not found or ask.params:
        return None
    seen = sight(ask.member_id)
    who = ask.member.frame_key if ask.member is not None else None
    key, stamp = ("@", handle, ask.member_id, ask.look, ask.theme, ask.origin), (tuple(found[0]), seen.spaces, seen.versions, ask.house, who)
    kept = store.get(key, stamp, time.time())
    if kept is None:
        made = _asked(environ, django)
        if made is None:
            return None
        kept = store.put(key, stamp, made)
    pieces: list[bytes] = []
    kept.filled({"csrf": ask.csrf.encode()}, pieces)
    return kept.facts["headers"], pieces


def _asked(environ: dict[str, Any], django: Application) -> Part | None:
    """Ask Django and return its answer as a part; None for anything but a page without cookies of its own."""
    said: dict[str, Any] = {}
    answer = django({**environ, "REQUEST_METHOD": "GET"}, lambda status, headers, *_error: said.update(status=status, headers=headers))
    try:
        body = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    cookies = [value.strip() for name, value in said["headers"] if name.lower() == "set-cookie"]
    if not said["status"].startswith("200") or not all(value.startswith(f"{settings.CSRF_COOKIE_NAME}=") for value in cookies):
        return None
    html = _TOKEN.sub(rf"\g<1>{slot('csrf')}\g<2>", body.decode())
    headers = [(name, value) for name, value in said["headers"] if name.lower() not in _OWN_HEADERS]
    return part(html, valid_until_s=time.time() + KEPT_S, facts={"headers": headers})
