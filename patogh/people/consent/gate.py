"""The gate: asked by every sender right before something leaves."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import get_language

from patogh.people.consent import aims, routes
from patogh.people.consent.aims import Purpose
from patogh.people.consent.algebra import Standing, Word, beside_of, decided, words_of
from patogh.people.consent.errors import ConsentWithdrawn, NoConsent, TooYoung
from patogh.people.leaving import sources
from patogh.people.models import Identity, Member

MINORS = {"under16": 16, "16to17": 18}


def may_send(identity: Identity, purpose: str, channel: str, sender: str = "") -> None:
    """Let something leave to an identity, or raise NoConsent, ConsentWithdrawn, TooYoung (or PurposeUnknown, WayUnknown)."""
    what, where = aims.known(purpose), routes.known(channel)
    if not what.can_be_withdrawn:
        return
    language = get_language() or "fa"
    facts = {"purpose": what.title(language), "channel": where.title(language)}
    age = _too_young(_family([identity]), what)
    if age:
        raise TooYoung(**facts, age=age)
    stands = standings([identity], purpose, channel, sender)[identity.pk]
    if stands.state == "withdrawn":
        raise ConsentWithdrawn(**facts)
    if stands.state == "unknown" and what.needs_consent:
        raise NoConsent(**facts)


def allowed(identities: Sequence[Identity], purpose: str, channel: str, sender: str = "") -> set[int]:
    """Return the numbers of those identities to which something may leave: a few statements for any number of them."""
    what = aims.known(purpose)
    routes.known(channel)
    if not what.can_be_withdrawn:
        return {one.pk for one in identities}
    family = _family(identities)
    found = standings(identities, purpose, channel, sender, family)
    fine = {"given"} if what.needs_consent else {"given", "unknown"}
    minors = _minors(family) if what.is_marketing else set()
    return {one.pk for one in identities if found[one.pk].state in fine and one.person_id not in minors}


def standings(
    identities: Sequence[Identity], purpose: str, channel: str, sender: str = "",
    family: dict[int, object] | None = None,
) -> dict[int, Standing]:  # fmt: skip
    """Return what stands for each of these addresses, over all identities of its person."""
    family = _family(identities) if family is None else family
    every = words_of(list(family), purpose, channel, sender)
    words, beside = every.get((purpose, channel), []), beside_of(every, list(family))
    by_person: dict[object, list[Word]] = {}
    for word in words:
        by_person.setdefault(family.get(word.identity) or word.identity, []).append(word)
    gone = _gone(identities)
    found = {}
    for one in identities:
        said = by_person.get(one.person_id or one.pk, [])
        stands = decided(said, sender, address=one.pk, is_proved=one.verified_at is not None, beside=beside)
        own = any(word.is_own and word.is_given and word.key in stands.keys for word in said)
        found[one.pk] = Standing("withdrawn") if one.pk in gone and not own else stands
    return found


def _family(identities: Sequence[Identity]) -> dict[int, object]:
    """Return every identity of the persons behind these, with its person (None for one that is nobody's)."""
    found: dict[int, object] = {one.pk: one.person_id for one in identities}
    persons = list({one.person_id for one in identities if one.person_id})
    for start in range(0, len(persons), 500):
        rows = Identity.objects.filter(person_id__in=persons[start : start + 500])
        found.update(rows.values_list("pk", "person_id"))
    return found


def _minors(family: dict[int, object]) -> set[object]:
    numbers = list(family)
    found: set[object] = set()
    for start in range(0, len(numbers), 500):
        rows = Member.objects.filter(identity_id__in=numbers[start : start + 500], age_band__in=_minor_bands())
        found |= {family[one] for one in rows.values_list("identity_id", flat=True)}
    return found


def _minor_bands() -> list[str]:
    """Return the age bands that count as a minor's: those under 16 always, the next up to the setting's age."""
    return [band for band, below in MINORS.items() if below <= max(settings.MINOR_AGE, 16)]


def _too_young(family: dict[int, object], what: Purpose) -> int:
    """Return the age that somebody has not reached, or 0."""
    return max(settings.MINOR_AGE, 16) if what.is_marketing and _minors(family) else 0


def _gone(identities: Sequence[Identity]) -> set[int]:
    """Return those whose address belonged to somebody who was erased after saying no."""
    by_kind: dict[str, dict[str, int]] = {}
    for one in identities:
        by_kind.setdefault(one.kind, {})[one.value] = one.pk
    return {
        values[value] for kind, values in by_kind.items() for value in sources.erased(digest_source(kind), list(values))
    }


def digest_source(kind: str) -> str:
    """Return the name under which the no of an erased address is remembered, as a keyed hash."""
    return f"consent:{kind}"


def refuse_minor(identity: Identity, what: Purpose) -> None:
    """Raise TooYoung where a minor would agree to marketing."""
    age = _too_young(_family([identity]), what)
    if age:
        raise TooYoung(purpose=what.title(get_language() or "fa"), age=age)
