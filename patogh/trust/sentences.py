"""What happened and why, in sentences: for moderators and for authors alike, since nothing here is secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from patogh.kit import markup, persian
from patogh.people.models import Member
from patogh.trust import labels
from patogh.trust.models import Held
from patogh.trust.nouns import Event, Reason, Subject
from patogh.trust.queries import Entry, reasons_of, shown

PENDING: Final = {
    "held_topic": gettext_lazy("A conversation of yours waits for a moderator."),
    "held_reply": gettext_lazy("A reply of yours waits for a moderator."),
    "held_edit": gettext_lazy("A change of yours waits for a moderator; the old text stands."),
    "held_sign_up": gettext_lazy("Your account waits for a moderator; until then you may read."),
    "held_age": gettext_lazy("Your new age band waits for a moderator."),
    "hidden_by_flags": gettext_lazy("Members reported a post of yours; it is hidden until a moderator has looked."),
}
SAID: Final = {
    "approve": gettext_lazy("%(who)s looked at a post of yours and found it fine."),
    "hide": gettext_lazy("%(who)s hid a post of yours."),
    "edit": gettext_lazy("%(who)s corrected a post of yours."),
    "delete": gettext_lazy("%(who)s took a post of yours away."),
    "none": gettext_lazy("%(who)s looked at a post of yours and left it as it is."),
    "held_approve": gettext_lazy("%(who)s read what waited, and it appeared."),
    "held_edit": gettext_lazy("%(who)s corrected what waited, and it appeared."),
    "held_delete": gettext_lazy("%(who)s read what waited, and it does not appear."),
    "held_none": gettext_lazy("%(who)s closed what waited."),
    "warning": gettext_lazy("%(who)s warned you."),
    "silence": gettext_lazy("%(who)s silenced you: you may read and not write."),
    "suspension": gettext_lazy("%(who)s suspended your account."),
}


def of_reason(reason: Reason) -> str:
    """Return why something is noticed, in the active language."""
    made = _REASONS.get(reason.code)
    return made(reason.facts) if made else reason.code


def sentences_of(reasons: list[dict[str, Any]]) -> list[str]:
    """Return the stored reasons of a held text as sentences."""
    return [of_reason(Reason(str(one["code"]), float(one["score"]), dict(one["facts"]))) for one in reasons]


def of_held(held: Held) -> list[str]:
    """Return why something is held."""
    return [of_reason(reason) for reason in reasons_of(held)]


def of_event(event: Event) -> str:
    """Return one line of what happened to a member's texts and account."""
    if event.decision_id is None:
        return str(PENDING.get(event.code, event.code))
    who = _("A moderator") if event.who == "moderator" else _("The house")
    return str(SAID.get(event.code, event.code)) % {"who": who}


def why(entry: Entry) -> list[str]:
    """Return why an item is in the queue: the signals of what is held, the reasons of the reports."""
    if entry.held is not None:
        return of_held(entry.held)
    counts: dict[str, int] = {}
    for flag in entry.flags:
        counts[flag.reason] = counts.get(flag.reason, 0) + 1
    return [
        ngettext("%(num)s report: %(why)s.", "%(num)s reports: %(why)s.", count)
        % {"num": _digits(count), "why": labels.FLAG_REASONS[code][0]}
        for code, count in sorted(counts.items(), key=lambda pair: -pair[1])
    ]


def text_of(entry: Entry) -> str:
    """Return the source that a moderator may correct."""
    if entry.held is not None:
        return entry.held.text
    return entry.thing.text if entry.thing is not None else ""


def html_of(entry: Entry) -> str:
    """Return what an item says, cleaned: a held text, a member's own words about themselves, or the thing itself."""
    if entry.held is not None:
        return markup.render(entry.held.text).html if entry.held.text else ""
    return entry.thing.excerpt_html if entry.thing is not None and entry.item.kind == "flags" else ""


def former_of(entry: Entry, viewer: Member) -> str:
    """Return what stands now where a held change would go."""
    if entry.held is None or entry.held.kind != "edit" or "post" not in entry.held.payload:
        return ""
    thing = shown(Subject("hangout.post", str(entry.held.payload["post"])), viewer)
    return thing.excerpt_html if thing else ""


def _digits(number: object) -> str:
    """Return a number in the digits of the active language."""
    return persian.digits_fa(str(number)) if get_language() == "fa" else str(number)


def _word(facts: dict[str, Any]) -> str:
    said = {
        "word": facts.get("found") or facts.get("word", ""),
        "list": labels.CATEGORIES.get(facts.get("category", ""), ""),
    }
    return _("“%(word)s” is on the list “%(list)s”.") % said


def _links(facts: dict[str, Any]) -> str:
    said = {"links": _digits(facts.get("links", 0)), "hours": _digits(facts.get("hours", 0))}
    words = ngettext(
        "A new account (%(hours)s hours old) writes with %(links)s link.",
        "A new account (%(hours)s hours old) writes with %(links)s links.",
        int(facts.get("links", 0)),
    )
    return words % said


_REASONS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "listed_word": _word,
    "edit_adds_links": lambda facts: _("The change adds links to %(hosts)s.") % {"hosts": "، ".join(facts.get("hosts", ()))},
    "first_post": lambda _facts: _("It is the first post of this account; here a moderator reads every first post."),
    "typed_fast": lambda facts: _("The first post was typed in %(seconds)s seconds.") % {"seconds": _digits(facts.get("seconds", 0))},
    "new_with_links": _links,
    "flagged_before": lambda _facts: _("Earlier posts of this account were found at fault."),
    "same_text": lambda facts: _("The same text came %(times)s times.") % {"times": _digits(facts.get("times", 0))},
    "same_host": lambda facts: _("%(host)s was linked %(times)s times.") % {"host": facts.get("host", ""), "times": _digits(facts.get("times", 0))},
    "every_sign_up": lambda _facts: _("Here a moderator looks at every new account."),
    "link_in_name": lambda _facts: _("There is an address in the name."),
    "minor_older": lambda _facts: _("A minor says to be older now."),
}  # fmt: skip
