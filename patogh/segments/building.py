"""Rules as rows of a form: one condition a row, all or any of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any as Anything
from typing import Final, Never

from django.http import QueryDict
from django.utils.translation import gettext as _

from patogh.kit import persian
from patogh.kit.money import CURRENCIES
from patogh.people.consent.aims import PURPOSES
from patogh.segments import limits
from patogh.segments.errors import BadRule
from patogh.segments.rules.nodes import OPS, Agreed, All, Any, Did, Has, Leaf, Not, Related, Rule, Says, When, Window
from patogh.segments.rules.printing import text_of, window_of, word_of
from patogh.segments.rules.reading import parse
from patogh.segments.rules.sentences import channel_words, kind_words
from patogh.segments.vocabulary import vocabulary

PROVED: Final = ("email", "phone")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Row:
    """One condition as its form has it. `what` is like "did:asked", "fact:place", "trait", "has:phone", "consent"."""

    sign: str = ""
    what: str = "did:asked"
    op: str = ">="
    amount: str = "1"
    unit: str = "TOMAN"
    when: str = "ever"
    length: str = "90"
    called: str = ""
    value: str = ""

    @property
    def group(self) -> str:
        """What kind of condition it is."""
        return self.what.partition(":")[0]

    @property
    def word(self) -> str:
        """Which one of its kind."""
        return self.what.partition(":")[2]


FIELDS: Final = tuple(asdict(Row()))


def posted(data: QueryDict) -> list[Row]:
    """Return the rows of a form; what is missing or too much is left out."""
    columns = {name: data.getlist(name)[: limits.BUILDER_ROWS_MAX] for name in FIELDS}
    plain = asdict(Row())
    rows = []
    for at in range(len(columns["what"])):
        said = {
            name: values[at].strip()[: limits.WORD_CHARS_MAX] if at < len(values) else plain[name]
            for name, values in columns.items()
        }
        rows.append(Row(**said))
    return rows


def rule_text(join: str, rows: list[Row]) -> str:
    """Return the text of a rule made of rows; raises BadRule for the first one that says nothing."""
    parts = [text_of(parse(_text(row))) for row in rows]
    return f" {'or' if join == 'any' else 'and'} ".join(parts)


def rows_of(rule: Rule) -> tuple[str, list[Row]] | None:
    """Return a rule as (join, rows), or None where rows cannot say it."""
    join, parts = (
        ("any", rule.parts) if isinstance(rule, Any) else ("all", rule.parts if isinstance(rule, All) else (rule,))
    )
    rows = [_row(part) for part in parts]
    if len(rows) > limits.BUILDER_ROWS_MAX or any(row is None for row in rows):
        return None
    return join, [row for row in rows if row is not None]


def choices(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a row may be about: (heading, [(what, words)])."""
    words = vocabulary()
    did = [(f"did:{one.name}", one.title(language)) for one in words.words.values()]
    facts = [(f"fact:{one.name}", one.title(language)) for one in words.facts.values()]
    ids = [
        (f"has:{kind}", _("has %(kind)s") % {"kind": kind_words(kind)})
        for kind in ("member", *sorted(vocabulary().kinds - {"member"}))
    ]
    ids += [(f"proved:{kind}", _("has a proved %(kind)s") % {"kind": kind_words(kind)}) for kind in PROVED]
    related = [
        (f"rel:{one.name}", one.title(language))
        for one in words.relations.values()
        if one.choices is None or one.choices()
    ]
    return [
        (_("What they did"), did), (_("What is known of them"), [*facts, ("trait", _("a trait that another system told"))]),
        (_("Addresses and accounts"), ids), (_("Consent"), [("consent", _("has agreed to"))]), (_("Relations"), related),
    ]  # fmt: skip


def purpose_choices(language: str) -> list[tuple[str, str]]:
    """Return the purposes that may be chosen."""
    return [(name, one.title(language)) for name, one in PURPOSES.items()]


def channel_choices() -> list[tuple[str, str]]:
    """Return the channels that may be chosen."""
    return [(name, channel_words(name)) for name in vocabulary().channels]


def currency_choices(language: str) -> list[tuple[str, str]]:
    """Return the currencies in which a sum may be asked, that of the brand's country first."""
    named = {code: one.fa if language == "fa" else one.en for code, one in CURRENCIES.items()}
    return [("TOMAN", named.pop("TOMAN")), *named.items()]


def row_facts(row: Row) -> dict[str, Anything]:
    """Return which inputs a row shows."""
    words = vocabulary()
    word, fact = words.words.get(row.word), words.facts.get(row.word)
    relation = words.relations.get(row.word) if row.group == "rel" else None
    return {
        "hint": relation.hint if relation else "", "related": relation.choices() if relation and relation.choices else [],
        "is_counted": row.group == "did", "is_sum": bool(word and word.is_sum and row.group == "did"),
        "takes_name": bool(word and word.takes_name and row.group == "did"),
        "is_time": bool(fact and fact.kind == "time" and row.group == "fact"),
        "is_said": row.group == "trait" or bool(fact and fact.kind != "time" and row.group == "fact"),
        "choices": [(one, one) for one in fact.choices] if fact and row.group == "fact" else [],
        "is_number": bool(fact and fact.kind == "number" and row.group == "fact"),
    }  # fmt: skip


def _text(row: Row) -> str:
    """Return a row as text, negated where it says so."""
    text = _MAKERS.get(row.group, _unknown)(row)
    return f"not ({text})" if row.sign == "not" else text


def _unknown(row: Row) -> Never:
    raise BadRule(_("“%(what)s” is not known. Look at the list of words beside the rule."), what=row.what)


def _did_text(row: Row) -> str:
    word = vocabulary().words.get(row.word) or _unknown(row)
    head = row.word + (f"({_quoted(row.called)})" if getattr(word, "takes_name", False) else "")
    window = f"within {_digits(row.length)} days" if row.when == "within" else "ever"
    if row.when == "never":
        return f"{head} never"
    unit = f" {row.unit}" if getattr(word, "is_sum", False) else ""
    return f"{head} {row.op} {_digits(row.amount)}{unit} {window}"


def _fact_text(row: Row) -> str:
    fact = vocabulary().facts.get(row.word)
    if fact is None:
        return _unknown(row)
    if fact.kind == "time":
        return f"{row.word} within {_digits(row.length)} days"
    return f"{row.word} {_compared(row)}"


def _relation_text(row: Row) -> str:
    relation = vocabulary().relations.get(row.word)
    if relation is None:
        return _unknown(row)
    some = relation.choices() if relation.choices and not row.value else []
    return f"{row.word}({_quoted(row.value or (some[0][0] if some else relation.empty))})"


def _compared(row: Row) -> str:
    if row.op in {"known", "unknown"}:
        return row.op
    digits = persian.digits_en(row.value)
    value = (
        digits if _NUMBER.fullmatch(digits) and row.word not in {"place", "language", "role"} else _quoted(row.value)
    )
    return f"{row.op} {value}"


def _digits(text: str) -> str:
    return persian.digits_en(text).replace(",", "").replace("٬", "") or "?"


def _quoted(text: str) -> str:
    return word_of(text) if text else '""'


_MAKERS: Final[dict[str, Callable[[Row], str]]] = {
    "did": _did_text,
    "fact": _fact_text,
    "trait": lambda row: f"trait({_quoted(row.called)}) {_compared(row)}",
    "has": lambda row: f"has({row.word})",
    "proved": lambda row: f"has({row.word}, verified)",
    "consent": lambda row: f"consent({_quoted(row.called)}, {_quoted(row.value)})",
    "rel": _relation_text,
}


def _row(part: Rule) -> Row | None:
    """Return a condition as a row, None where a row cannot say it."""
    sign, leaf = ("not", part.part) if isinstance(part, Not) else ("", part)
    if isinstance(leaf, Not | All | Any):
        return None
    found = _plain_row(leaf)
    if found is None:
        return None
    row = Row(**{**found, "sign": sign})
    if not _is_offered(row):
        return None
    try:
        return row if parse(_text(row)) == parse(f"not ({text_of(leaf)})" if sign else text_of(leaf)) else None
    except BadRule:
        return None


def _is_offered(row: Row) -> bool:
    """Whether the form has this to choose: what it has not, a browser would turn into something else."""
    if row.group == "proved":
        return row.word in PROVED
    fact = vocabulary().facts.get(row.word) if row.group == "fact" else None
    return fact is None or fact.kind != "number" or row.op in OPS


def _plain_row(leaf: Leaf) -> dict[str, str] | None:
    if isinstance(leaf, Did):
        unit, amount = (
            ("TOMAN", leaf.amount // 10) if leaf.unit == "IRR" and leaf.amount % 10 == 0 else (leaf.unit, leaf.amount)
        )
        said = {
            "what": f"did:{leaf.word}",
            "op": leaf.op,
            "amount": str(amount),
            "unit": unit or "TOMAN",
            "called": leaf.name,
        }
        return said | _window_fields(leaf.window)
    if isinstance(leaf, Says):
        what = f"fact:{leaf.name}" if leaf.kind == "fact" else "trait"
        return {"what": what, "op": leaf.op, "called": leaf.name if what == "trait" else "", "value": str(leaf.value)}
    if isinstance(leaf, When):
        return {"what": f"fact:{leaf.name}"} | _window_fields(leaf.window)
    if isinstance(leaf, Has):
        return {"what": f"{'proved' if leaf.how == 'verified' else 'has'}:{leaf.kind}"}
    if isinstance(leaf, Agreed):
        return {"what": "consent", "called": leaf.purpose, "value": leaf.channel}
    assert isinstance(leaf, Related)  # noqa: S101 - the last kind there is
    return {"what": f"rel:{leaf.name}", "value": leaf.value}


def _window_fields(window: Window) -> dict[str, str]:
    return {"when": "within", "length": str(window.length)} if window.kind == "within" else {"when": window_of(window)}
