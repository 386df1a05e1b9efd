"""Trust policies (C2SP tlog-policy): which logs, which witnesses, and how many of them must have seen a checkpoint.

Only who is listed counts: a brand's own witness has no voice unless the policy's author wrote it in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate

from patogh.kit.tlog import note as notes
from patogh.kit.tlog.checkpoint import Checkpoint, parse_text
from patogh.kit.tlog.cosignature import CosignatureVerifier
from patogh.kit.tlog.encoding import from_decimal
from patogh.kit.tlog.errors import BadKey, BadNote, BadPolicy
from patogh.kit.tlog.limits import CLOCK_AHEAD_S_MAX, POLICY_BYTES_MAX, POLICY_NAMES_MAX
from patogh.kit.tlog.note import ED25519, Ed25519Verifier, Note, NoteVerifier, Vkey, parse_vkey

NONE = "none"
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class PolicyLog:
    """A log whose checkpoints are accepted."""

    key: Vkey
    url: str = ""


@dataclass(frozen=True)
class PolicyWitness:
    """A witness whose word counts, under the name that this policy gives it."""

    name: str
    key: Vkey
    url: str = ""


@dataclass(frozen=True)
class PolicyGroup:
    """A group that has witnessed when `needed` of its members have."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What a policy says of a checkpoint: the log's key, who cosigned and when, and whether that is enough."""

    checkpoint: Checkpoint
    log: str
    """The log's verifier key that signed."""
    witnesses: dict[str, int]
    """The policy's name of each counted witness -> its time in seconds."""
    quorum_met: bool
    k: int
    """The fewest witnesses that can meet the quorum."""
    n: int
    """How many witnesses the quorum asks."""

    @property
    def witnessed(self) -> int:
        """How many witnesses have cosigned."""
        return len(self.witnesses)


@dataclass(frozen=True)
class Policy:
    """A parsed policy; `text()` writes it again."""

    logs: tuple[PolicyLog, ...]
    witnesses: dict[str, PolicyWitness]
    groups: dict[str, PolicyGroup]
    quorum: str

    @classmethod
    def parse(cls, text: str | bytes) -> Policy:
        """Return the policy; raise BadPolicy with the line at fault."""
        raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        if len(raw) > POLICY_BYTES_MAX:
            raise BadPolicy(f"the policy is larger than {POLICY_BYTES_MAX} bytes")
        if _FORBIDDEN.search(raw):
            raise BadPolicy("the policy holds a control character other than tab and newline")
        reader = _Reader()
        for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), 1):
            reader.take(re.split(r"[ \t]+", line.strip(" \t")), number)
        return reader.policy()

    def text(self) -> str:
        """Return the policy in its plainest form: logs, witnesses, groups, quorum."""
        rows = [["log", str(log.key), log.url] for log in self.logs]
        rows += [["witness", one.name, str(one.key), one.url] for one in self.witnesses.values()]
        rows += [["group", one.name, str(one.needed), *one.members] for one in self.groups.values()]
        rows.append(["quorum", self.quorum])
        return "".join(" ".join(word for word in row if word) + "\n" for row in rows)

    def check(self, raw: Note | bytes | str, *, now: int | None = None) -> Verdict:
        """Return what this policy says of a checkpoint; raise BadNote when no listed log signed it.

        A wrong signature of a listed key makes the whole note wrong. With `now` (seconds), cosignatures from more than
        five minutes ahead of it do not count.
        """
        note = raw if isinstance(raw, Note) else notes.parse(raw)
        checkpoint = parse_text(note.text)
        verifiers: list[NoteVerifier] = [
            _log_verifier(log.key) for log in self.logs if log.key.name == checkpoint.origin
        ]
        if not verifiers:
            raise BadNote(f"the policy knows no log named {checkpoint.origin}")
        signed = notes.open_note(note, verifiers).signatures[0]
        key = next(log.key for log in self.logs if (log.key.name, log.key.key_id) == (signed.name, signed.key_id))
        latest = None if now is None else now + CLOCK_AHEAD_S_MAX
        seen = self._cosigned(note, latest)
        least = self._least()
        asked = self._asked(self.quorum)
        return Verdict(checkpoint, str(key), seen, self._met(self.quorum, seen), least, len(asked))

    def _cosigned(self, note: Note, latest: int | None) -> dict[str, int]:
        seen: dict[str, int] = {}
        for name, witness in self.witnesses.items():
            if not note.signed_by(witness.key.name, witness.key.key_id):
                continue
            timestamp = CosignatureVerifier(witness.key).verify(note)
            if latest is None or timestamp <= latest:
                seen[name] = timestamp
        return seen

    def _met(self, name: str, seen: dict[str, int]) -> bool:
        met = {NONE: True} | {witness: witness in seen for witness in self.witnesses}
        for group in self.groups.values():
            met[group.name] = sum(met[member] for member in group.members) >= group.needed
        return met[name]

    def _least(self) -> int:
        costs = {NONE: 0} | dict.fromkeys(self.witnesses, 1)
        for group in self.groups.values():
            costs[group.name] = [0, *accumulate(sorted(costs[member] for member in group.members))][group.needed]
        return costs[self.quorum]

    def _asked(self, name: str) -> set[str]:
        if name in self.witnesses:
            return {name}
        members = self.groups[name].members if name in self.groups else ()
        return set().union(*(self._asked(member) for member in members))


def _log_verifier(key: Vkey) -> NoteVerifier:
    return Ed25519Verifier(key) if key.kind == ED25519 else CosignatureVerifier(key)


@dataclass
class _Reader:
    """Takes a policy line by line."""

    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: dict[str, PolicyWitness] = field(default_factory=dict)
    groups: dict[str, PolicyGroup] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorum: str = ""

    def take(self, words: list[str], number: int) -> None:
        """Read one line that is split into words."""
        if not words[0] or words[0].startswith("#"):
            return
        take = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum}.get(words[0])
        if take is None:
            raise BadPolicy(f"line {number} of the policy begins with an unknown word")
        if len(self.logs) + len(self.witnesses) + len(self.groups) >= POLICY_NAMES_MAX:
            raise BadPolicy(f"the policy names more than {POLICY_NAMES_MAX} logs, witnesses and groups")
        take(words[1:], f"line {number} of the policy")

    def policy(self) -> Policy:
        """Return what was read; raise BadPolicy when there is no quorum."""
        if not self.quorum:
            raise BadPolicy("the policy has no quorum line")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum)

    def _log(self, words: list[str], where: str) -> None:
        if len(words) not in (1, 2):
            raise BadPolicy(f"{where} is not: log <vkey> [<url>]")
        log = PolicyLog(_key(words[0], where), *words[1:])
        if any(log.key.material == other.key.material for other in self.logs):
            raise BadPolicy(f"{where} names a log's key a second time")
        self.logs.append(log)

    def _witness(self, words: list[str], where: str) -> None:
        if len(words) not in (2, 3):
            raise BadPolicy(f"{where} is not: witness <name> <vkey> [<url>]")
        self._new_name(words[0], where)
        witness = PolicyWitness(words[0], _key(words[1], where), *words[2:])
        if witness.key.kind == ED25519:
            raise BadPolicy(f"{where} gives a witness a key that is not for cosignatures")
        if any(witness.key.material == other.key.material for other in self.witnesses.values()):
            raise BadPolicy(f"{where} names a witness's key a second time")
        self.witnesses[witness.name] = witness

    def _group(self, words: list[str], where: str) -> None:
        if len(words) < 3:
            raise BadPolicy(f"{where} is not: group <name> all|any|<k> <name>...")
        name, rule, *members = words
        self._new_name(name, where)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise BadPolicy(f"{where} names a member that no line before it defines")
            if member in self.members:
                raise BadPolicy(f"{where} names a member that is in a group already")
            self.members.add(member)
        needed = {"all": len(members), "any": 1}.get(rule)
        needed = from_decimal(rule, f"the threshold in {where}", BadPolicy) if needed is None else needed
        if not 1 <= needed <= len(members):
            raise BadPolicy(f"{where} needs {needed} of {len(members)} members, which cannot be")
        self.groups[name] = PolicyGroup(name, needed, tuple(members))

    def _quorum(self, words: list[str], where: str) -> None:
        if len(words) != 1 or self.quorum:
            raise BadPolicy(f"{where} is a second quorum line, or not: quorum <name>")
        if words[0] != NONE and words[0] not in self.witnesses and words[0] not in self.groups:
            raise BadPolicy(f"{where} names what no line before it defines")
        self.quorum = words[0]

    def _new_name(self, name: str, where: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise BadPolicy(f"{where} gives a name that is taken")


def _key(text: str, where: str) -> Vkey:
    try:
        return parse_vkey(text)
    except BadKey as fault:
        raise BadPolicy(f"{where}: {fault}") from None
