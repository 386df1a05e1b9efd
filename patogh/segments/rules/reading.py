"""The grammar of rules (docs/segments.md): text in, a tree or a sentence about what is wrong out."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import Final, Never

from django.utils.translation import gettext as _

from patogh.segments import limits
from patogh.segments.errors import BadRule
from patogh.segments.rules.letters import Token, tokens
from patogh.segments.rules.nodes import (
    EVER,
    OPS,
    Agreed,
    All,
    Any,
    Did,
    Filter,
    Has,
    Leaf,
    Not,
    Related,
    Rule,
    Says,
    Value,
    When,
    Window,
)
from patogh.segments.vocabulary import Fact, Vocabulary, Word, vocabulary

KEYWORDS: Final = frozenset(
    ["and", "or", "not", "ever", "never", "within", "since", "before", "between", "contains", "known", "unknown", "true", "false", "days", "day", "hours", "hour", "times", "time"],
)  # fmt: skip


def parse(text: str, words: Vocabulary | None = None) -> Rule:
    """Return the tree of a rule; raises BadRule with the place of the first fault."""
    return _Reader(text, words or vocabulary()).rule()


@lru_cache(maxsize=512)
def known(text: str) -> Rule:
    """Return the tree of a canonical text that was checked before; raises BadRule when its words are gone."""
    return parse(text)


class _Reader:
    """Walks over the tokens of one text."""

    def __init__(self, text: str, words: Vocabulary) -> None:
        self.text, self.words = text, words
        self.tokens, self.place, self.deep, self.count = tokens(text), 0, 0, 0

    # -- groups

    def rule(self) -> Rule:
        """Read the whole text."""
        if self.now.kind == "end":
            self.fail(_("Write at least one condition, like: asked >= 2 within 90 days"))
        found = self.either()
        if self.now.kind != "end":
            self.fail(
                _("Write “and” or “or” between two conditions; “%(what)s” stands alone here."), what=self.now.text
            )
        return found

    def either(self) -> Rule:
        """Read conditions with `or` between them."""
        parts = [self.both()]
        while self.takes_word("or"):
            parts.append(self.both())
        return Any(tuple(parts)) if len(parts) > 1 else parts[0]

    def both(self) -> Rule:
        """Read conditions with `and` between them."""
        parts = [self.one()]
        while self.takes_word("and"):
            parts.append(self.one())
        return All(tuple(parts)) if len(parts) > 1 else parts[0]

    def one(self) -> Rule:
        """Read a negation, a group in brackets or a condition."""
        self.deep += 1
        if self.deep > limits.RULE_DEPTH_MAX + 1:
            self.fail(
                _("Conditions are nested too deep here; %(most)s levels are possible."), most=limits.RULE_DEPTH_MAX
            )
        if self.takes_word("not"):
            found: Rule = Not(self.one())
        elif self.takes("("):
            found = self.either()
            self.must(")")
        else:
            found = self.condition()
        self.deep -= 1
        return found

    # -- conditions

    def condition(self) -> Leaf:
        """Read one condition by the word that it begins with."""
        self.count += 1
        if self.count > limits.RULE_CONDITIONS_MAX:
            self.fail(_("A rule may have %(most)s conditions at most."), most=limits.RULE_CONDITIONS_MAX)
        head = self.now
        if head.kind != "word" or head.text in KEYWORDS:
            self.fail(_("A condition is wanted here, like: asked >= 2 within 90 days"))
        self.place += 1
        name = head.text
        if name in self.words.words:
            return self.did(self.words.words[name])
        if name in self.words.facts:
            return self.fact(self.words.facts[name])
        if name in {"has", "came"}:
            return self.has(name)
        if name == "trait":
            return self.says("trait", self.argument(), head)
        if name == "consent":
            return self.consent(head)
        if name in self.words.relations:
            value = self.argument()
            return Related(name, value)
        return self.fail(_("“%(what)s” is not known. Look at the list of words beside the rule."), at=head, what=name)

    def did(self, word: Word) -> Did:
        """Read what follows something that can be done."""
        name = self.argument() if word.takes_name else ""
        if not word.can_filter and self.now.text == "[" and self.now.kind == "mark":
            self.fail(_("Nothing more can be asked of “%(word)s”."), word=word.name)
        filters = self.filters() if self.takes("[") else ()
        if self.takes_word("never"):
            return Did(word.name, "=", 0, EVER, "", name, filters)
        op, amount, unit = ">=", 1, ""
        if self.now.kind == "mark" and self.now.text in OPS:
            op, amount = self.next().text, self.whole()
            unit = self.unit(word)
            amount, unit = (amount * 10, "IRR") if unit == "TOMAN" else (amount, unit)
            self.takes_word("times") or self.takes_word("time")
        elif word.is_sum:
            self.fail(_("Say how much, like: %(word)s >= 5000000 IRR within 365 days"), word=word.name)
        return Did(word.name, op, amount, self.window(), unit, name, filters)

    def unit(self, word: Word) -> str:
        """Read in which money a sum is."""
        if not word.is_sum:
            return ""
        token = self.now
        if token.kind != "word" or not token.text.isupper() or not token.text.isalpha() or len(token.text) > 8:
            self.fail(_("Say in which money: IRR, TOMAN, EUR …"))
        self.place += 1
        return token.text

    def fact(self, fact: Fact) -> Leaf:
        """Read what follows a fact."""
        token = self.now
        if fact.kind == "time":
            window = self.window()
            if window == EVER:
                self.fail(_("Say when, like: %(fact)s within 30 days"), at=token, fact=fact.name)
            return When(fact.name, window)
        found = self.says("fact", fact.name, token)
        if found.op not in {"known", "unknown"}:
            self.fits(fact, found, token)
        return found

    def fits(self, fact: Fact, found: Says, token: Token) -> None:
        """Refuse a value that a fact cannot have."""
        if fact.kind == "number" and (isinstance(found.value, str | bool) or found.op == "contains"):
            self.fail(_("“%(fact)s” is compared with a number."), at=token, fact=fact.name)
        if fact.kind != "number" and (not isinstance(found.value, str) or found.op not in {"=", "!=", "contains"}):
            self.fail(_("“%(fact)s” is compared with a word, by =, != or contains."), at=token, fact=fact.name)
        if fact.choices and found.value not in fact.choices:
            self.fail(
                _("“%(fact)s” can be one of: %(choices)s."), at=token, fact=fact.name, choices=", ".join(fact.choices)
            )

    def says(self, kind: str, name: str, head: Token) -> Says:
        """Read a comparison of a trait or a fact."""
        if kind == "trait" and self.words.is_sensitive(name):
            self.fail(_("“%(what)s” is sensitive: no rule may ask for it."), at=head, what=name)
        for word in ("known", "unknown"):
            if self.takes_word(word):
                return Says(kind, name, word)
        op = self.operator()
        return Says(kind, name, op, self.compared(op))

    def has(self, name: str) -> Has:
        """Read has(phone), has(phone, verified) or came(telegram)."""
        head = self.now
        arguments = self.arguments(1, 2 if name == "has" else 1)
        if arguments[0] not in self.words.kinds:
            self.fail(
                _("“%(what)s” is no kind of identity. There are: %(kinds)s."), at=head, what=arguments[0],
                kinds=", ".join(sorted(self.words.kinds)),
            )  # fmt: skip
        if len(arguments) > 1 and arguments[1] != "verified":
            self.fail(_("After the kind only “verified” may stand."), at=head)
        return Has(arguments[0], "came" if name == "came" else "verified" if len(arguments) > 1 else "has")

    def consent(self, head: Token) -> Agreed:
        """Read consent(purpose, channel)."""
        purpose, channel = self.arguments(2, 2)
        if purpose not in self.words.purposes:
            self.fail(
                _("“%(what)s” is no purpose. There are: %(purposes)s."), at=head, what=purpose,
                purposes=", ".join(self.words.purposes),
            )  # fmt: skip
        if channel not in self.words.channels:
            self.fail(
                _("“%(what)s” is no channel. There are: %(channels)s."), at=head, what=channel,
                channels=", ".join(self.words.channels),
            )  # fmt: skip
        return Agreed(purpose, channel)

    def filters(self) -> tuple[Filter, ...]:
        """Read what the data must say, up to the closing bracket."""
        found = []
        while True:
            token = self.next()
            if token.kind not in {"word", "text"} or '"' in token.text or "\\" in token.text:
                self.fail(_("The name of a property is wanted here."), at=token)
            if self.words.is_sensitive(token.text):
                self.fail(_("“%(what)s” is sensitive: no rule may ask for it."), at=token, what=token.text)
            op = self.operator()
            found.append(Filter(token.text, op, self.compared(op)))
            if len(found) > limits.FILTERS_MAX:
                self.fail(_("%(most)s properties at most may be asked for at once."), most=limits.FILTERS_MAX)
            if not self.takes(","):
                self.must("]")
                return tuple(found)

    # -- windows and values

    def window(self) -> Window:
        """Read when; nothing means ever."""
        if self.takes_word("within"):
            length, token = self.whole(), self.next()
            unit = {"days": "days", "day": "days", "hours": "hours", "hour": "hours"}.get(token.text)
            if unit is None:
                self.fail(_("Write days or hours after the number."), at=token)
            if not 0 < length <= limits.WINDOW_DAYS_MAX * (24 if unit == "hours" else 1):
                self.fail(_("This is longer than ten years or not a time at all."), at=token)
            return Window("within", length, unit)
        if self.takes_word("since"):
            return Window("since", start=self.day())
        if self.takes_word("before"):
            return Window("before", end=self.day())
        if self.takes_word("between"):
            start = self.day()
            if not self.takes_word("and"):
                self.fail(_("Write both days, like: between 2026-01-01 and 2026-03-01"))
            end = self.day()
            if end <= start:
                self.fail(_("The second day comes after the first one."))
            return Window("between", start=start, end=end)
        self.takes_word("ever")
        return EVER

    def day(self) -> dt.date:
        """Read a day, year first, of the Gregorian calendar."""
        token = self.next()
        try:
            if token.kind != "date":
                raise ValueError(token.text)
            return dt.date.fromisoformat(token.text)
        except ValueError:
            return self.fail(_("A day is wanted here, like 2026-03-21."), at=token)

    def whole(self) -> int:
        """Read a whole number that is not negative."""
        token = self.next()
        if token.kind != "number" or not token.text.isdigit() or int(token.text) > limits.AMOUNT_MAX:
            self.fail(_("A whole number is wanted here, like 2."), at=token)
        return int(token.text)

    def operator(self) -> str:
        """Read how two things compare."""
        if self.takes_word("contains"):
            return "contains"
        token = self.next()
        if token.kind != "mark" or token.text not in OPS:
            self.fail(_("Write how it compares: =, !=, <, <=, >, >= or contains."), at=token)
        return token.text

    def compared(self, op: str) -> Value:
        """Read the value on the right side of an operator."""
        token = self.now
        value = self.value()
        if op == "contains" and not isinstance(value, str):
            self.fail(_("After “contains” a text in quotes is wanted."), at=token)
        if op in {"<", "<=", ">", ">="} and (isinstance(value, bool) or not isinstance(value, int | float)):
            self.fail(_("“%(op)s” compares numbers."), at=token, op=op)
        return value

    def value(self) -> Value:
        """Read a word, a text, a number, true or false."""
        token = self.next()
        if token.kind == "number":
            return self.number(token)
        if token.kind == "word" and token.text in {"true", "false"}:
            return token.text == "true"
        if token.kind in {"word", "text", "handle"} and (token.kind != "word" or token.text not in KEYWORDS):
            if len(token.text) > limits.WORD_CHARS_MAX or "\0" in token.text:
                self.fail(_("A word may have %(most)s letters at most."), at=token, most=limits.WORD_CHARS_MAX)
            return token.text
        return self.fail(_("A value is wanted here: a number, a word, or a text in quotes."), at=token)

    def number(self, token: Token) -> int | float:
        """Read a number within what both databases compare exactly."""
        if not ("." in token.text or "e" in token.text):
            if abs(whole := int(token.text[:20])) <= limits.AMOUNT_MAX and len(token.text) <= 20:
                return whole if token.text[0] != "-" else -abs(whole)
            self.fail(_("This number is too large."), at=token)
        found = float(token.text)
        if not math.isfinite(found) or abs(found) > limits.AMOUNT_MAX:
            self.fail(_("This number is too large."), at=token)
        return found

    def argument(self) -> str:
        """Read the one word between brackets."""
        return self.arguments(1, 1)[0]

    def arguments(self, least: int, most: int) -> list[str]:
        """Read words between brackets."""
        head = self.now
        self.must("(")
        found = [str(self.value())]
        while self.takes(","):
            found.append(str(self.value()))
        self.must(")")
        if not least <= len(found) <= most or not all(found):
            self.fail(_("The number of words between the brackets is wrong."), at=head)
        return found

    # -- tokens

    @property
    def now(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.place]

    def next(self) -> Token:
        """Take a token."""
        token = self.now
        if token.kind != "end":
            self.place += 1
        return token

    def takes(self, mark: str) -> bool:
        """Take a mark if it comes next."""
        is_next = self.now.kind == "mark" and self.now.text == mark
        self.place += is_next
        return is_next

    def takes_word(self, word: str) -> bool:
        """Take a keyword if it comes next."""
        is_next = self.now.kind == "word" and self.now.text == word
        self.place += is_next
        return is_next

    def must(self, mark: str) -> None:
        """Take a mark, which has to come next."""
        if not self.takes(mark):
            self.fail(_("“%(mark)s” is missing here."), mark=mark)

    def fail(self, sentence: str, *, at: Token | None = None, **facts: object) -> Never:
        """Refuse the text at a token, the next one if none is said."""
        raise BadRule(sentence, text=self.text, at=(at or self.now).at, **facts)
