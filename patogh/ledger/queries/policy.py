"""Who must have seen a seal before it counts: the policy of this house, as C2SP tlog-policy writes it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from patogh.kit.tlog.policy import Policy
from patogh.ledger.models import LogHead, LogKey, Witness

OUTSIDE = "outside"


def witnesses(*, counting: bool = False) -> list[Witness]:
    """Return the witnesses that are asked, ours last; `counting` leaves ours out, which never counts."""
    found = Witness.objects.filter(retired_at=None)
    return list((found.filter(is_ours=False) if counting else found).order_by("is_ours", "pk"))


def reachable() -> list[Witness]:
    """Return the witnesses that can be asked: in a demo, those at names that nobody can have (RFC 2606) cannot."""
    found = witnesses()
    return [one for one in found if not is_made_up(one)] if settings.DEMO else found


def is_made_up(witness: Witness) -> bool:
    """Whether a witness belongs to the story of the demo."""
    return (urlsplit(witness.url).hostname or "").endswith(".example")


def witness_names() -> dict[str, Witness]:
    """Return every witness there is or was by its key name."""
    return {witness.name: witness for witness in Witness.objects.all()}


def needed(count: int) -> int:
    """Return how many of `count` witnesses must have seen a seal: the setting, or all but one in five.

    A setting above their number is lowered to it, as no policy can ask for more; `missing` is then an alarm.
    """
    return min(settings.BOOK_QUORUM, count) if settings.BOOK_QUORUM else count - count // 5


def missing() -> int:
    """Return how many witnesses fewer than `PATOGH_BOOK_QUORUM` asks for are counted now: the quorum is that much lower."""
    if not settings.BOOK_QUORUM:
        return 0
    return max(0, settings.BOOK_QUORUM - Witness.objects.filter(retired_at=None, is_ours=False).count())


def vkeys(head: LogHead | None = None) -> list[str]:
    """Return the verifier keys of the log (the open one), the newest first; a key that was left counts to its end."""
    keys = LogKey.objects.filter(state__in=("active", "leaving"))
    keys = keys.filter(log=head) if head else keys.filter(log__state="open")
    return list(keys.order_by("-pk").values_list("vkey", flat=True))


def policy_text(head: LogHead | None = None) -> str:
    """Return the policy that this house publishes: its keys, its witnesses and their quorum.

    A verifier should take the list of witnesses from more places than this one (docs/open-book.md).
    """
    rows = [f"log {vkey}" for vkey in vkeys(head)]
    counting = witnesses(counting=True)
    rows += [f"witness {short_name(one)} {one.vkey} {one.url}".rstrip() for one in counting]
    if counting:
        names = " ".join(short_name(one) for one in counting)
        rows += [f"group {OUTSIDE} {needed(len(counting))} {names}", f"quorum {OUTSIDE}"]
    else:
        rows.append("quorum none")
    return "".join(f"{row}\n" for row in rows)


def policy(head: LogHead | None = None) -> Policy:
    """Return the policy of this house, parsed."""
    return Policy.parse(policy_text(head))


def short_name(witness: Witness) -> str:
    """Return the name of a witness within the policy: that of its key."""
    return witness.name
