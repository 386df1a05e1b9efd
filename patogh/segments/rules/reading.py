"""The grammar of rules (docs/segments.md): text in, a tree or a sentence about what is wrong out."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from patogh.kit.money import CURRENCIES
from patogh.segments import limits
from patogh.segments.rules.letters import Token
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
    When,
)
from patogh.segments.rules.values import KEYWORDS, Values
from patogh.segments.vocabulary import Fact, Relation, Vocabulary, Word, vocabulary


def parse(text: str, words: Vocabulary | None = None, *, within: str = "") -> Rule:
    """Return the tree of a rule of the segment of this slug (none: a new one); raises BadRule with the place of the first fault."""
    return _Reader(text, words or vocabulary(), within).rule()


@lru_cache(maxsize=512)
def known(text: str) -> Rule:
    """Return the tree of a canonical text that was checked before; raises BadRule when its words are gone."""
    return _Reader(text, vocabulary(), None).rule()


class _Reader(Values):
    """Walks over the tokens of one text: groups and conditions."""

    def __init__(self, text: str, words: Vocabulary, within: str | None) -> None:
        super().__init__(text)
        self.words, self.slug, self.deep, self.count = words, within, 0, 0

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
            self.fail(_("A condition is expected here, like: asked >= 2 within 90 days"))
        self.place += 1
        name, words = head.text, self.words
        if name in words.words:
            return self.did(words.words[name])
        if name in words.facts:
            return self.fact(words.facts[name])
        if name in words.relations:
            return self.related(words.relations[name])
        return self.special(head)

    def special(self, head: Token) -> Leaf:
        """Read has, came, trait or consent."""
        if head.text in {"has", "came"}:
            return self.has(head.text)
        if head.text == "trait":
            return self.says("trait", self.argument(), head)
        if head.text == "consent":
            return self.consent(head)
        return self.fail(
            _("“%(what)s” is not known. Look at the list of words beside the rule."), at=head, what=head.text
        )

    def related(self, relation: Relation) -> Related:
        """Read to whom or what a relation is; a text that was checked before is taken as it stands."""
        value, said = self.argument(), self.tokens[self.place - 2]
        if relation.read is None or self.slug is None:
            return Related(relation.name, value)
        value, fault = relation.read(value, self.slug)
        if fault:
            self.fail(fault, at=said)
        return Related(relation.name, value)

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
            self.fail(_("Say in which currency: IRR, TOMAN, EUR …"))
        if token.text not in CURRENCIES:
            self.fail(_("We do not know this currency. These are known: %(known)s"), known=", ".join(CURRENCIES))
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
        """Read a kind of identity in brackets, with “verified” behind it or not."""
        head = self.now
        arguments = self.arguments(1, 2 if name == "has" else 1)
        if arguments[0] not in self.words.kinds:
            self.fail(
                _("“%(what)s” is not a kind of identity. The kinds are: %(kinds)s."), at=head, what=arguments[0],
                kinds=", ".join(sorted(self.words.kinds)),
            )  # fmt: skip
        if len(arguments) > 1 and arguments[1] != "verified":
            self.fail(_("After the kind only “verified” may stand."), at=head)
        return Has(arguments[0], "came" if name == "came" else "verified" if len(arguments) > 1 else "has")

    def consent(self, head: Token) -> Agreed:
        """Read a purpose and a channel in brackets."""
        purpose, channel = self.arguments(2, 2)
        if purpose not in self.words.purposes:
            self.fail(
                _("“%(what)s” is not a purpose. The purposes are: %(purposes)s."), at=head, what=purpose,
                purposes=", ".join(self.words.purposes),
            )  # fmt: skip
        if channel not in self.words.channels:
            self.fail(
                _("“%(what)s” is not a channel. The channels are: %(channels)s."), at=head, what=channel,
                channels=", ".join(self.words.channels),
            )  # fmt: skip
        return Agreed(purpose, channel)

    def filters(self) -> tuple[Filter, ...]:
        """Read what the data must say, up to the closing bracket."""
        found = []
        while True:
            token = self.next()
            if token.kind not in {"word", "text"} or '"' in token.text or "\\" in token.text:
                self.fail(_("The name of a property is expected here."), at=token)
            if self.words.is_sensitive(token.text):
                self.fail(_("“%(what)s” is sensitive: no rule may ask for it."), at=token, what=token.text)
            op = self.operator()
            found.append(Filter(token.text, op, self.compared(op)))
            if len(found) > limits.FILTERS_MAX:
                self.fail(_("%(most)s properties at most may be asked for at once."), most=limits.FILTERS_MAX)
            if not self.takes(","):
                self.must("]")
                return tuple(found)
