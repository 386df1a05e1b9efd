"""The rules of a call as sentences that anybody can read, and what one version changed from the one before."""

from __future__ import annotations

from dataclasses import fields

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patogh.ideas.terms import Terms, Worded
from patogh.ideas.views.reading_words import days_words, share_words
from patogh.kit.calendar import Viewer
from patogh.kit.numbers import number

PARTS = {
    "lead": gettext_lazy("a sentence"), "problem": gettext_lazy("the problem"), "proposal": gettext_lazy("the proposal"),
    "picture": gettext_lazy("pictures"), "sketch": gettext_lazy("sketches"), "model": gettext_lazy("a model file"),
    "category": gettext_lazy("a category"), "facts": gettext_lazy("facts and figures"),
}  # fmt: skip
AGES = {"under16": "", "16to17": gettext_lazy("from 16 years on"), "adult": gettext_lazy("from 18 years on")}
NAMES = {
    "stations": gettext_lazy("The stations and their windows"), "propose_level": gettext_lazy("Who may propose"),
    "support_level": gettext_lazy("Who may support"), "min_age_band": gettext_lazy("The age"),
    "proposals_open_max": gettext_lazy("Ideas of one member at a time"),
    "support_budget": gettext_lazy("Supports of one member at a time"), "hides_counts": gettext_lazy("Hidden counts"),
    "royalty_bps": gettext_lazy("The makers’ share"), "copies": gettext_lazy("Copies for the makers"), "credit": gettext_lazy("Names on the product"),
    "fields": gettext_lazy("What an idea has to say"), "house_rules": gettext_lazy("The house rules"), "criteria": gettext_lazy("What the board looks at"),
    "feedback": gettext_lazy("What people are asked about an idea"), "review_every_months": gettext_lazy("How often the board meets"),
    "review_days": gettext_lazy("How long an answer takes"), "board_capacity": gettext_lazy("How many ideas a batch takes"),
    "is_adaptive": gettext_lazy("A last station that follows the board’s time"), "survey_unit": gettext_lazy("The currency of the survey"),
    "survey_choices": gettext_lazy("The choices of the survey"), "preface_fa": gettext_lazy("The preface"), "preface_en": gettext_lazy("The English preface"),
}  # fmt: skip


def promises(terms: Terms, viewer: Viewer) -> list[str]:
    """Return the few sentences that a call's own page says."""
    return [_first(terms, viewer), _answer(terms, viewer), *_reward(terms, viewer)[:1]]


def chapters(terms: Terms, viewer: Viewer) -> list[tuple[str, list[str]]]:
    """Return (heading, sentences) of a version of the rules."""
    language = viewer.language
    return [
        (_("Who takes part"), _who(terms, viewer)),
        (_("What an idea has to say"), _says(terms)),
        (_("The house rules"), [_worded(one, language) for one in terms.house_rules]),
        (_("The road"), _road(terms, viewer)),
        (_("The review"), [_answer(terms, viewer), *_criteria(terms, viewer)]),
        (_("If it is made"), _reward(terms, viewer)),
    ]


def changes(before: Terms, after: Terms, viewer: Viewer) -> list[str]:
    """Return what a version changed, in sentences with both values where they are short."""
    found = []
    for one in fields(Terms):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old != new:
            found.append(_changed(one.name, _short(one.name, before, viewer), _short(one.name, after, viewer)))
    return found or [_("Nothing but its words changed.")]


def _changed(name: str, old: str, new: str) -> str:
    if not old or not new:
        return _("%(what)s changed.") % {"what": NAMES[name]}
    return _("%(what)s: %(old)s became %(new)s.") % {"what": NAMES[name], "old": old, "new": new}


def _short(name: str, terms: Terms, viewer: Viewer) -> str:
    """Return a term in few words, or nothing for one that is a list of words."""
    value = getattr(terms, name)
    if name == "stations":
        return _("; ").join(
            f"{number(one.supporters, viewer)} ({days_words(one.days, viewer)})" for one in terms.stations
        )
    if name == "royalty_bps":
        return share_words(value, viewer)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return number(value, viewer) if isinstance(value, int) else ""


def _who(terms: Terms, viewer: Viewer) -> list[str]:
    everybody = _("Every member may propose.")
    some = _("Members from trust level %(level)s on may propose.")
    said = [_level(everybody, some, terms.propose_level, viewer)]
    everybody = _("Every verified member may support, once, and may take it back.")
    some = _("Verified members from trust level %(level)s on may support, once, and may take it back.")
    said.append(_level(everybody, some, terms.support_level, viewer))
    if AGES.get(terms.min_age_band):
        said.append(_("Taking part is %(age)s.") % {"age": AGES[terms.min_age_band]})
    return said + _at_most(terms, viewer)


def _at_most(terms: Terms, viewer: Viewer) -> list[str]:
    count, budget = terms.proposals_open_max, terms.support_budget
    words = ngettext(
        "One member has at most %(num)s idea under way.", "One member has at most %(num)s ideas under way.", count
    )
    said = [words % {"num": number(count, viewer)}]
    if budget:
        words = ngettext(
            "One member stands behind at most %(num)s idea at a time; a support comes back when its idea ends.",
            "One member stands behind at most %(num)s ideas at a time; a support comes back when its idea ends.",
            budget,
        )
        said.append(words % {"num": number(budget, viewer)})
    return said


def _level(everybody: str, some: str, level: int, viewer: Viewer) -> str:
    return some % {"level": number(level, viewer)} if level else everybody


def _says(terms: Terms) -> list[str]:
    needed = [str(words) for part, words in PARTS.items() if terms.wish(part) == "required"]
    welcome = [str(words) for part, words in PARTS.items() if terms.wish(part) == "optional"]
    said = [_("It needs %(parts)s.") % {"parts": _listed(needed)}] if needed else []
    return [*said, *([_("Welcome besides: %(parts)s.") % {"parts": _listed(welcome)}] if welcome else [])]


def _listed(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": _(", ").join(parts[:-1]), "last": parts[-1]}


def _worded(one: Worded, language: str) -> str:
    return one.words(language)


def _first(terms: Terms, viewer: Viewer) -> str:
    first, last = terms.stations[0], terms.stations[-1]
    return _("%(first)s supporters in %(days)s keep an idea on the road; at %(last)s the board looks at it.") % {
        "first": number(first.supporters, viewer), "days": days_words(first.days, viewer), "last": number(last.supporters, viewer),
    }  # fmt: skip


def _road(terms: Terms, viewer: Viewer) -> list[str]:
    said = []
    for index, one in enumerate(terms.stations):
        given = {"num": number(one.supporters, viewer), "days": days_words(one.days, viewer)}
        said.append(
            _("%(num)s supporters within %(days)s of being published.") % given
            if index == 0
            else _("%(num)s supporters within %(days)s of the station before.") % given
        )
    said.append(_("An idea that does not reach a station in time ends there, and may be proposed again."))
    if terms.is_adaptive:
        said.append(
            _(
                "When more ideas arrive than the board can answer, the last station of new ideas moves further; running ideas keep theirs."
            )
        )
    if terms.hides_counts:
        said.append(_("The counts stay hidden until an idea leaves this stretch, so that nobody follows the crowd."))
    return said


def _answer(terms: Terms, viewer: Viewer) -> str:
    return _("The board meets every %(months)s, takes up to %(count)s ideas and answers within %(days)s, each with its public reason.") % {
        "months": days_words(round(terms.review_every_months * 30.4), viewer) if terms.review_every_months > 1 else _("month"),
        "count": number(terms.board_capacity, viewer), "days": days_words(terms.review_days, viewer),
    }  # fmt: skip


def _criteria(terms: Terms, viewer: Viewer) -> list[str]:
    whole = sum(one.weight for one in terms.criteria) or 1
    shares = [(one.words(viewer.language), round(one.weight * 100 / whole) * 100) for one in terms.criteria]
    words = _("%(name)s: %(share)s of the score")
    return [words % {"name": name, "share": share_words(bps, viewer)} for name, bps in shares]


def _reward(terms: Terms, viewer: Viewer) -> list[str]:
    said = (
        [
            _(
                "The makers get %(share)s of net sales as long as it is sold, line by line in a statement that can be checked."
            )
            % {"share": share_words(terms.royalty_bps, viewer)}
        ]
        if terms.royalty_bps
        else [_("This call promises no share of sales.")]
    )
    if terms.copies:
        said.append(
            ngettext(
                "They get %(num)s copy of the first ones.", "They get %(num)s copies of the first ones.", terms.copies
            )
            % {"num": number(terms.copies, viewer)}
        )
    if terms.credit:
        said.append(_("Their names stand on the product."))
    return said
