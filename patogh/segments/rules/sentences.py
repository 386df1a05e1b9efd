"""A rule as people say it, in the language of the reader: «دست‌کم ۲ بار پرسیده، در ۹۰ روز گذشته»."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from patogh.kit.calendar import DEFAULT_VIEWER, Viewer, date_words
from patogh.kit.numbers import number
from patogh.people.consent.aims import PURPOSES
from patogh.people.consent.routes import ways
from patogh.people.kinds import kinds
from patogh.segments.rules.nodes import Agreed, All, Any, Did, Has, Leaf, Not, Related, Rule, Says, Value, When, Window
from patogh.segments.vocabulary import vocabulary

ENGLISH = Viewer(language="en", calendar="gregorian", zone="UTC")


def sentence_of(rule: Rule, viewer: Viewer | None = None) -> str:
    """Return the rule in words, brackets where groups are inside of groups."""
    viewer = viewer or (ENGLISH if _language() == "en" else DEFAULT_VIEWER)
    if isinstance(rule, Not):
        return _("not: %(what)s") % {"what": _inner(rule.part, viewer)}
    if isinstance(rule, All):
        return _(" and ").join(_inner(part, viewer) for part in rule.parts)
    if isinstance(rule, Any):
        return _(" or ").join(_inner(part, viewer) for part in rule.parts)
    return leaf_words(rule, viewer)


def leaf_words(leaf: Leaf, viewer: Viewer) -> str:
    """Return one condition in words."""
    words, language = vocabulary(), _language()
    if isinstance(leaf, Did):
        return _did(leaf, viewer)
    if isinstance(leaf, Says):
        name = _quoted(leaf.name) if leaf.kind == "trait" else words.facts[leaf.name].title(language)
        return _said(leaf, name, viewer)
    if isinstance(leaf, When):
        return _("%(fact)s %(window)s") % {
            "fact": words.facts[leaf.name].title(language),
            "window": window_words(leaf.window, viewer),
        }
    if isinstance(leaf, Has):
        patterns = {
            "has": _("has %(kind)s"),
            "verified": _("has a proved %(kind)s"),
            "came": _("first came by %(kind)s"),
        }
        return patterns[leaf.how] % {"kind": kind_words(leaf.kind)}
    if isinstance(leaf, Agreed):
        facts = {"purpose": PURPOSES[leaf.purpose].title(language), "channel": channel_words(leaf.channel)}
        return _("has agreed to %(purpose)s by %(channel)s") % facts
    return _relation(leaf)


def window_words(window: Window, viewer: Viewer) -> str:
    """Return a window in words; "" for ever."""
    if window.kind == "within":
        pattern = (
            ngettext("in the last %(length)s day", "in the last %(length)s days", window.length)
            if window.unit == "days"
            else ngettext("in the last %(length)s hour", "in the last %(length)s hours", window.length)
        )
        return pattern % {"length": number(window.length, viewer)}
    if window.kind == "since":
        return _("since %(day)s") % {"day": _day(window.start, viewer)}
    if window.kind == "before":
        return _("before %(day)s") % {"day": _day(window.end, viewer)}
    if window.kind == "between":
        return _("from %(start)s until %(end)s") % {
            "start": _day(window.start, viewer),
            "end": _day(window.end, viewer),
        }
    return ""


def kind_words(kind: str) -> str:
    """Return what people call a kind of identity."""
    known = kinds().get(kind)
    return known.title(_language()) if known else kind


def channel_words(channel: str) -> str:
    """Return what people call a channel."""
    known = ways().get(channel)
    return known.title(_language()) if known else channel


def _did(leaf: Did, viewer: Viewer) -> str:
    word = vocabulary().words[leaf.word]
    did = word.title(_language()) + (f" {_quoted(leaf.name)}" if leaf.name else "")
    if leaf.filters:
        did += " (" + _(", ").join(f"{one.key} {one.op} {_value(one.value, viewer)}" for one in leaf.filters) + ")"
    amount = number(leaf.amount, viewer) + (f" {leaf.unit}" if leaf.unit else "")
    words = _counted(leaf, did, amount)
    window = window_words(leaf.window, viewer)
    return words + (_(", ") + window if window else "")


def _counted(leaf: Did, did: str, amount: str) -> str:
    """Return how often, or for how much."""
    facts = {"did": did, "amount": amount}
    if leaf.unit:
        return _money()[leaf.op] % facts
    if (leaf.op, leaf.amount) == ("=", 0):
        return _("never %(did)s") % facts
    if (leaf.op, leaf.amount) == (">=", 1):
        return _("%(did)s at least once") % facts
    return _times(leaf.op, 1 if leaf.amount == 1 else 2) % facts


def _times(op: str, count: int) -> str:
    return {
        ">=": _("%(did)s at least %(amount)s times"),  # at least once has words of its own
        ">": ngettext("%(did)s more than %(amount)s time", "%(did)s more than %(amount)s times", count),
        "=": ngettext("%(did)s exactly %(amount)s time", "%(did)s exactly %(amount)s times", count),
        "!=": ngettext("%(did)s not exactly %(amount)s time", "%(did)s not exactly %(amount)s times", count),
        "<": ngettext("%(did)s less than %(amount)s time", "%(did)s less than %(amount)s times", count),
        "<=": ngettext("%(did)s at most %(amount)s time", "%(did)s at most %(amount)s times", count),
    }[op]


def _money() -> dict[str, str]:
    return {
        ">=": _("%(did)s for at least %(amount)s"), ">": _("%(did)s for more than %(amount)s"), "=": _("%(did)s for exactly %(amount)s"),
        "!=": _("%(did)s not for exactly %(amount)s"), "<": _("%(did)s for less than %(amount)s"), "<=": _("%(did)s for at most %(amount)s"),
    }  # fmt: skip


def _said(leaf: Says, name: str, viewer: Viewer) -> str:
    patterns = {
        "known": _("%(name)s is known"), "unknown": _("%(name)s is not known"), "contains": _("%(name)s contains %(value)s"),
        "=": _("%(name)s is %(value)s"), "!=": _("%(name)s is not %(value)s"), "<": _("%(name)s is less than %(value)s"),
        "<=": _("%(name)s is at most %(value)s"), ">": _("%(name)s is more than %(value)s"), ">=": _("%(name)s is at least %(value)s"),
    }  # fmt: skip
    return patterns[leaf.op] % {"name": name, "value": _value(leaf.value, viewer)}


def _relation(leaf: Related) -> str:
    relation = vocabulary().relations[leaf.name]
    if relation.words is not None:
        return relation.words(leaf.value, _language())
    title = relation.title(_language())
    return _("%(relation)s %(who)s") % {"relation": title, "who": leaf.value}


def _value(value: Value, viewer: Viewer) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _quoted(value) if isinstance(value, str) else number(value, viewer)


def _inner(rule: Rule, viewer: Viewer) -> str:
    words = sentence_of(rule, viewer)
    return f"({words})" if isinstance(rule, All | Any) else words


def _day(day: dt.date | None, viewer: Viewer) -> str:
    return date_words(day, viewer) if day else ""


def _quoted(text: str) -> str:
    """Return a word of somebody's own between the quotes of the reader's language."""
    return f"«{text}»" if _language() == "fa" else f"“{text}”"


def _language() -> str:
    return "fa" if (get_language() or "fa").startswith("fa") else "en"
