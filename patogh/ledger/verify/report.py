"""The verdict: what was proved, what is wrong, what was not proved, and the exit status that says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from patogh.ledger.verify.words import sentence

ALL_PROVED: Final = 0
SOMETHING_WRONG: Final = 1
UNREADABLE: Final = 2
NO_QUORUM: Final = 3
_SHOWN_MAX: Final = 25


@dataclass(frozen=True)
class Claim:
    """One statement: the code of its sentence and what is put into it."""

    code: str
    told: dict[str, Any] = field(default_factory=dict)

    def say(self, lang: str) -> str:
        """Return the statement in a language."""
        return sentence(self.code, lang, **self.told)


@dataclass
class Report:
    """What one verification found; `wrong` holds the first findings of each code, `counts` how many there are."""

    subject: str
    size: int = 0
    root: str = ""
    proved: list[Claim] = field(default_factory=list)
    wrong: list[Claim] = field(default_factory=list)
    unproved: list[Claim] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    quorum_met: bool | None = None

    def prove(self, code: str, **told: Any) -> None:
        """Note something that was proved."""
        self.proved.append(Claim(code, told))

    def object(self, code: str, **told: Any) -> None:
        """Note something that is wrong; of one code only the first few are kept, all are counted."""
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] <= _SHOWN_MAX:
            self.wrong.append(Claim(code, told))

    def leave(self, code: str, **told: Any) -> None:
        """Note something that this verification does not prove."""
        self.unproved.append(Claim(code, told))

    def objects(self, *codes: str) -> bool:
        """Tell whether one of these is among what is wrong."""
        return any(code in self.counts for code in codes)

    @property
    def status(self) -> int:
        """Return the exit status."""
        if self.counts:
            return SOMETHING_WRONG
        return NO_QUORUM if self.quorum_met is False else ALL_PROVED

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """Return the report as one JSON value."""
        said = {
            name: [{"code": claim.code, "sentence": claim.say(lang)} for claim in getattr(self, name)]
            for name in ("proved", "wrong", "unproved")
        }
        head = {"status": self.status, "subject": self.subject, "size": self.size, "root": self.root}
        return {**head, "quorum_met": self.quorum_met, **said, "counts": self.counts, "facts": self.facts}

    def lines(self, lang: str = "en") -> list[str]:
        """Return the report as it is printed."""
        told = [sentence("head", lang, subject=self.subject, size=self.size, root=self.root or "-")]
        for title, mark, claims in (
            ("title.proved", "+", self.proved),
            ("title.wrong", "!", self.wrong),
            ("title.unproved", "-", self.unproved),
        ):
            if claims:
                told += ["", sentence(title, lang), *(f"  {mark} {claim.say(lang)}" for claim in claims)]
        more = sum(self.counts.values()) - len(self.wrong)
        if more > 0:
            told.append(f"  ! {sentence('more', lang, count=more)}")
        return [*told, "", sentence(f"verdict.{self.status}", lang)]
