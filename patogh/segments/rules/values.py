"""What stands in conditions: tokens taken one by one, windows, values, and the refusals with their places."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final, Never

from django.utils.translation import gettext as _

from patogh.segments import limits
from patogh.segments.errors import BadRule
from patogh.segments.rules.letters import Token, tokens
from patogh.segments.rules.nodes import EVER, OPS, Value, Window

KEYWORDS: Final = frozenset(
    (
        "and", "or", "not", "ever", "never", "within", "since", "before", "between", "contains", "known", "unknown",
        "true", "false", "days", "day", "hours", "hour", "times", "time",
    )
)  # fmt: skip


class Values:
    """Walks over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.place = text, tokens(text), 0

    # -- windows and values

    def window(self) -> Window:
        """Read when; nothing means ever."""
        if self.takes_word("within"):
            return self.within()
        if self.takes_word("since"):
            return Window("since", start=self.day())
        if self.takes_word("before"):
            return Window("before", end=self.day())
        if self.takes_word("between"):
            return self.between()
        self.takes_word("ever")
        return EVER

    def within(self) -> Window:
        """Read how long back."""
        length, token = self.whole(), self.next()
        unit = {"days": "days", "day": "days", "hours": "hours", "hour": "hours"}.get(token.text)
        if unit is None:
            self.fail(_("Write days or hours after the number."), at=token)
        if not 0 < length <= limits.WINDOW_DAYS_MAX * (24 if unit == "hours" else 1):
            self.fail(_("This is longer than ten years or not a time at all."), at=token)
        return Window("within", length, unit)

    def between(self) -> Window:
        """Read two days; the second one is left out."""
        start = self.day()
        if not self.takes_word("and"):
            self.fail(_("Write both days, like: between 2026-01-01 and 2026-03-01"))
        end = self.day()
        if end <= start:
            self.fail(_("The second day comes after the first one."))
        return Window("between", start=start, end=end)

    def day(self) -> dt.date:
        """Read a day, year first, of the Gregorian calendar."""
        token = self.next()
        try:
            return dt.date.fromisoformat(token.text if token.kind == "date" else "")
        except ValueError:
            return self.fail(_("A day is expected here, like 2026-03-21."), at=token)

    def whole(self) -> int:
        """Read a whole number that is not negative."""
        token = self.next()
        if token.kind != "number" or not token.text.isdigit() or int(token.text) > limits.AMOUNT_MAX:
            self.fail(_("A whole number is expected here, like 2."), at=token)
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
            self.fail(_("After “contains” a text in quotes is expected."), at=token)
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
        return self.fail(_("A value is expected here: a number, a word, or a text in quotes."), at=token)

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
