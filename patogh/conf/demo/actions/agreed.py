"""What people agreed to over the year: in forms, by a confirmed mail, on their own page; taken back by «۱۱», by a link or a word."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, Final

from patogh.conf.demo.actions.known import KINDS, Steps, World
from patogh.conf.demo.outside import Outsider, outside
from patogh.people.consent import actions as consent
from patogh.people.consent.texts import text_of
from patogh.people.models import Identity, Member

AGREED: Final = {"email": 0.6, "sms": 0.9, "bale": 0.4, "telegram": 0.35}
TAKEN_BACK: Final = 0.22
DAY: Final = dt.timedelta(days=1)
BUYERS_WHO_AGREED: Final = ("mina", "reza", "soheil", "niloofar", "golnaz")
SMS: Final = "30001405"
# Of each kind of identity: the channel, what is agreed to, and how it was said and taken back.
HABITS: Final = {
    "email": ("mail", "news", "confirmed", "unsubscribed"),
    "phone": ("sms", "offers", "form", "sms_word"),
    "bale": ("bale", "news", "form", "spoken"),
    "telegram": ("telegram", "news", "form", "spoken"),
}
FORMS: Final = {"confirmed": "خبرنامهٔ پایین سایت", "form": "برگهٔ ثبت‌نام گردش جمعه", "settings": "تنظیمات"}


def agreements(world: World) -> Steps:
    """Return the steps of texts, yeses and noes."""
    found: Steps = [(world.at(row["at"]), partial(_text, world, row)) for row in outside("people")["text"]]
    for one in world.outsiders:
        if world.rng.random() < AGREED.get(one.way, 0):
            found += _of_outsider(world, one)
    for number, member in enumerate(world.known_members):
        found += _of_member(world, member, number)
    for number, handle in enumerate(BUYERS_WHO_AGREED):
        if handle in world.by:
            at = world.now - (160 - 20 * number) * DAY
            found.append((at, partial(_give, world.by[handle], ("offers", "sms"), "settings", "fa")))
    return found + _of_maryam(world)


def _text(world: World, row: dict[str, Any]) -> None:
    consent.write_text(row["purpose"], row["channel"], row["fa"], row["en"], by=world.by["ardalan"])


def _of_outsider(world: World, one: Outsider) -> Steps:
    """Return the yes of somebody outside some days after the first message, and the no of some of them."""
    kind = KINDS[one.way]
    channel, purpose, yes, no = HABITS[kind]
    at = one.since + (world.now - one.since) * 0.3 * world.rng.random() + dt.timedelta(hours=1)
    found: Steps = [(at, partial(_give, (kind, one.value), (purpose, channel), yes, one.language))]
    if world.rng.random() < TAKEN_BACK:
        later = at + (world.now - at) * world.rng.uniform(0.2, 0.9)
        found.append((later, partial(_withdraw, (kind, one.value), channel, no, one.language)))
    return found


def _of_member(world: World, member: Member, number: int) -> Steps:
    """Return what a member said on the own page of consent; some changed their mind twice."""
    since = max(member.joined_at, world.now - 280 * DAY)
    at = since + (world.now - since) * (0.05 + 0.5 * world.rng.random())
    where = ("news", "mail") if number % 3 else ("profiling", "here")
    found: Steps = [(at, partial(_give, member, where, "settings", member.language))]
    if number % 5 == 0:
        found.append((at + (world.now - at) * 0.4, partial(_withdraw_one, member, where)))
    if number % 10 == 0:
        found.append((at + (world.now - at) * 0.8, partial(_give, member, where, "settings", member.language)))
    return found


def _of_maryam(world: World) -> Steps:
    """Return Maryam's, as the story tells them: news by mail and by Bale, and «۱۱» to text messages."""
    phone, bale = ("phone", "+989130004720"), ("bale", "@maryam_s")
    return [
        (world.at("299d 12:00"), partial(_give, phone, ("news", "sms"), "form", "fa")),
        (world.at("299d 12:01"), partial(_give, phone, ("offers", "sms"), "form", "fa")),
        (world.at("250d 09:30"), partial(_give, world.by["maryam"], ("news", "mail"), "settings", "fa")),
        (world.at("3d 18:20"), partial(_give, bale, ("news", "bale"), "form", "fa")),
        (world.at("3d 18:21"), partial(_give, bale, ("offers", "bale"), "form", "fa")),
        (world.at("54d 20:15"), partial(_withdraw, phone, "sms", "sms_word", "fa")),
    ]


def _give(who: Member | tuple[str, str], where: tuple[str, str], method: str, language: str) -> None:
    identity = _identity(who)
    if identity is None:
        return
    text = text_of(*where)
    evidence = {"form": FORMS[method]} | ({"double opt-in": "پیوند ایمیل باز شد"} if method == "confirmed" else {})
    by = who if isinstance(who, Member) else None
    consent.give(
        identity, *where, by=by, words=text.words(language), text=text.row, method=method, evidence=evidence, language=language
    )  # fmt: skip


def _withdraw(who: tuple[str, str], channel: str, method: str, language: str) -> None:
    identity = _identity(who)
    if identity is None:
        return
    said = {"sms_word": {"word": "۱۱", "to": SMS}, "unsubscribed": {"by": "List-Unsubscribe"}}
    evidence = said.get(method, {"words": "در گفت‌وگو گفت دیگر نفرستید."})
    consent.withdraw_all(identity, channel, method=method, evidence=evidence, language=language)


def _withdraw_one(member: Member, where: tuple[str, str]) -> None:
    consent.withdraw(member.identity, *where, by=member, method="settings", evidence={"form": FORMS["settings"]})


def _identity(who: Member | tuple[str, str]) -> Identity | None:
    if isinstance(who, Member):
        return who.identity
    return Identity.objects.filter(kind=who[0], value=who[1]).first()
