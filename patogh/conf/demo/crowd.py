"""Who is there: the written cast, and members made up by the hundred, with a few stars and a long tail."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import random
from typing import Any, Final

from patogh.conf.demo.cases import newcomers
from patogh.conf.demo.phrases import Filling, bank
from patogh.conf.demo.sketch import SomeBody

WOMEN_OF_THE_CAST: Final = frozenset(
    [
        "mina",
        "niloofar",
        "maryam",
        "sara",
        "fatemeh",
        "leila",
        "shirin",
        "parisa",
        "golnaz",
        "zahra",
        "taraneh",
        "somayeh",
        "yasaman",
        "elham",
        "mahsa",
        "sanaz",
        "farzaneh",
        "nasrin",
        "samira",
        "mahboubeh",
        "azadeh",
        "hannah",
        "nino",
        "priya",
        "elske",
        "aoife",
        "yuki",
    ]
)
VOICES_OF_THE_CAST: Final = {
    "reza": "mechanic",
    "hamid": "mechanic",
    "oosta": "grand",
    "jafar": "grand",
    "dariush": "formal",
    "kian": "funny",
    "soheil": "funny",
    "golnaz": "chatty",
    "mahsa": "chatty",
    "vahid": "terse",
    "vartan": "terse",
}
ENGLISH_OF_THE_CAST: Final = frozenset(["hannah", "lukas", "nino", "tom", "priya", "matteo", "elske", "aoife", "yuki"])
ENGLISH_SHARE: Final = 0.1
# Persian and English writers, women and men among the Persian ones, and the same without the written cast.
LANES: Final = ("fa", "en", "women", "men", "new fa", "new en", "new women")
HABITS: Final = ("arabic", "joined", "spaced")
HABIT_SHARES: Final = (0.02, 0.025, 0.025)


class Crowd:
    """All members in the order of their joining, the cast first, to draw authors from."""

    def __init__(self, people: list[SomeBody], rng: random.Random) -> None:
        """Give everybody a weight: Zipf over a shuffled order, the cast among the stars."""
        self.people = people
        self.by_handle = {person.handle: index for index, person in enumerate(people)}
        ranks = list(range(1, len(people) + 1))
        rng.shuffle(ranks)
        weights = [1 / (rank + 6) ** 0.8 for rank in ranks]
        top = max(weights) * 0.7
        weights = [
            top * rng.uniform(0.2, 1) if person.is_cast else weight
            for person, weight in zip(people, weights, strict=True)
        ]
        self._lanes = {key: self._lane(key, weights) for key in LANES}

    def author(self, rng: random.Random, at: dt.datetime, lane: str = "fa") -> int:
        """Return somebody who had joined by then, of one of the LANES."""
        indexes, joined, sums = self._lanes[lane]
        known = max(1, bisect.bisect_right(joined, at))
        return indexes[bisect.bisect(sums, rng.random() * sums[known - 1], 0, known - 1)]

    def _lane(self, lane: str, weights: list[float]) -> tuple[list[int], list[dt.datetime], list[float]]:
        chosen = [index for index, person in enumerate(self.people) if _is_in(person, lane)]
        chosen.sort(key=lambda index: self.people[index].joined_at)
        return (
            chosen,
            [self.people[index].joined_at for index in chosen],
            list(itertools.accumulate(weights[index] for index in chosen)),
        )


def gather(count: int, now: dt.datetime, rng: random.Random) -> list[SomeBody]:
    """Return `count` members, the cast among them, in the order of joining; the cast joined before the year began."""
    people = _cast(now, rng)
    taken = {person.handle for person in people}
    late = newcomers(now)
    taken |= {person.handle for person in late}
    joined = sorted(_joining(now, rng) for _ in range(max(0, count - len(people) - len(late))))
    return people + [_made_up(moment, taken, rng) for moment in joined] + late


def _is_in(person: SomeBody, lane: str) -> bool:
    if person.is_silent:
        return False
    if lane.startswith("new "):
        return not person.is_cast and _is_in(person, lane.removeprefix("new "))
    if lane in {"women", "men"}:
        return person.language == "fa" and person.is_woman == (lane == "women")
    return person.language == lane


def _cast(now: dt.datetime, rng: random.Random) -> list[SomeBody]:
    """Return everybody of the two casts; where a handle is in both, the first wins."""
    rows: dict[str, dict[str, Any]] = {}
    for name in ("cast_a", "cast_b"):
        for row in bank(name)["member"]:
            rows.setdefault(row["handle"], row)
    people = [_of_the_cast(row, now, rng) for row in rows.values()]
    return sorted(people, key=lambda person: person.joined_at)


def _of_the_cast(row: dict[str, Any], now: dt.datetime, rng: random.Random) -> SomeBody:
    handle = row["handle"]
    is_english = handle in ENGLISH_OF_THE_CAST
    voice = VOICES_OF_THE_CAST.get(handle) or rng.choice(("formal", "chatty", "terse", "funny"))
    return SomeBody(
        handle=handle,
        name=row["name_en"] if is_english else row["name"],
        joined_at=now - dt.timedelta(days=rng.uniform(390, 1300)),
        bio=row["bio"],
        place=row["place_en"] if is_english else row["place"],
        roles=(row["role"],) if row["role"] else (),
        team_title=row["team_title"],
        language="en" if is_english else "fa",
        voice=voice,
        is_woman=handle in WOMEN_OF_THE_CAST,
        is_cast=True,
    )


def _joining(now: dt.datetime, rng: random.Random) -> dt.datetime:
    """Return when somebody joined: a fifth long ago, the others over the year, more of them lately."""
    days = rng.uniform(366, 1200) if rng.random() < 0.25 else 366 * (1 - rng.random() ** 0.8)
    return now - dt.timedelta(days=days, minutes=rng.randrange(1440) + 6)


def _made_up(joined_at: dt.datetime, taken: set[str], rng: random.Random) -> SomeBody:
    """Return one member who did not exist a moment ago."""
    is_english, is_woman = rng.random() < ENGLISH_SHARE, rng.random() < 0.5
    name, latin = _name_en(is_woman, rng) if is_english else _name_fa(is_woman, rng)
    filling = Filling(rng, 1)
    banks = bank("voices")
    bio = filling.fill(rng.choice(banks["bios"]["en" if is_english else "fa"]))
    place = filling.fill("{home_en}" if is_english else rng.choice(bank("names")["places"]))
    voices = banks["voice"]
    return SomeBody(
        handle=_handle(latin, taken, rng),
        name=name,
        joined_at=joined_at,
        bio=bio,
        place=place,
        language="en" if is_english else "fa",
        voice=rng.choices(list(voices), [voice["share"] for voice in voices.values()])[0],
        is_woman=is_woman,
        habit="" if is_english else rng.choices(("", *HABITS), (1 - sum(HABIT_SHARES), *HABIT_SHARES))[0],
    )


def _name_fa(is_woman: bool, rng: random.Random) -> tuple[str, list[str]]:
    names = bank("names")
    first, first_latin = rng.choice(names["women" if is_woman else "men"]).split("|")
    family, family_latin = rng.choice(names["families"]).split("|")
    shown = rng.choices((f"{first} {family}", first, f"{first} {family[0]}."), (88, 9, 3))[0]
    return shown, [first_latin, family_latin]


def _name_en(is_woman: bool, rng: random.Random) -> tuple[str, list[str]]:
    names = bank("names")
    first, family = rng.choice(names["women_en" if is_woman else "men_en"]), rng.choice(names["families_en"])
    return f"{first} {family}", [first.lower(), family.lower()]


def _handle(latin: list[str], taken: set[str], rng: random.Random) -> str:
    """Return a free handle of the kind that people choose."""
    first, family = latin
    shapes = [
        f"{first}_{family}",
        f"{first}{family}",
        f"{first[0]}_{family}",
        f"{first}_{family[0]}",
        f"{first}.{family}".replace(".", "_"),
        first,
    ]
    rng.shuffle(shapes)
    years = (f"{first}{number}" for number in rng.sample(range(52, 99), 12))
    ever = (f"{first}_{family}_{number}" for number in itertools.count(2))
    handle = next(shape for shape in itertools.chain(shapes, years, ever) if len(shape) > 2 and shape not in taken)
    taken.add(handle)
    return handle
