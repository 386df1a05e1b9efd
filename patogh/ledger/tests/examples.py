"""Examples of entries, made from the schemas themselves."""

from typing import Any

from patogh.ledger.schemas.fields import AnyOf, Field, Hex, ListOf, OneOf, Pattern, Record, Whole

TEXTS = (
    "hangout.post:17", "hangout.answer_accepted", "issuance:pt#3", "2026-11", "test.example/book",
    "test.example/book+00000000+AbpzhText2gdZxsf/7rH7jYr7OXge+OogWy0caXcaxcd",
)  # fmt: skip


def example(field: Field) -> Any:
    """Return a value that a field takes."""
    match field:
        case Whole():
            return max(field.least, min(1, field.most))
        case Hex():
            return "ab" * field.octets
        case OneOf():
            return field.words[0]
        case ListOf():
            return [example(field.item)] * max(1, field.least)
        case AnyOf():
            return example(field.choices[0])
        case Record():
            return {name: example(inner) for name, inner in field.fields.items()}
        case Pattern():
            return next(text for text in TEXTS if _fits(field, text))
        case _:
            raise TypeError(field)


def _fits(field: Field, text: str) -> bool:
    try:
        field.check(text, "")
    except ValueError:
        return False
    return True
