"""Counting a statement again from its own file (`share.json`), without this house and without Django.

That its line stands in the book, under seals that witnesses have seen, `patogh book receipt verify` says of its receipt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from patogh.ideas.royalties import sums
from patogh.ledger import schemas

FORMAT = "patogh-share/v1"
LINE = "royalty.line.v1"


def faults_in(said: object) -> list[str]:
    """Return what does not hold in a statement's file, in English; nothing where everything does."""
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        return ["this is no statement of a makers' share"]
    try:
        return [*_miscounted(said), *_unsealed(said)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return [f"something is missing or of the wrong kind: {error}"]


def _miscounted(said: Mapping[str, Any]) -> list[str]:
    """Return where the arithmetic does not come to what the file says."""
    line = said["line"]
    parts = [(line["net"], line["bps"], line["share_bps"])]
    parts += [(row["net"], row["bps"], row["share_bps"]) for row in said["corrections"]]
    rounded = sums.line_of(parts, line["carried_in"])
    paid = sums.after_debt(rounded.amount, line["owed_in"])
    found = {
        "net": (line["net"], said["gross"] - said["returns"]), "amount": (line["amount"], paid.amount),
        "carried_out": (line["carried_out"], rounded.carried_out), "owed_out": (line["owed_out"], paid.owed_out),
    }  # fmt: skip
    return [f"{name} is {told}, and comes to {counted}" for name, (told, counted) in found.items() if told != counted]


def _unsealed(said: Mapping[str, Any]) -> list[str]:
    """Return where the commitment in the book does not hide exactly this line."""
    entry = json.loads(said["entry"])
    opening = next((one for one in said["openings"] if one["field"] == "line"), None)
    if opening is None:
        return ["what opens the line in the book is not in the file; it went with the account"]
    faults = []
    if json.loads(opening["value"]) != said["line"]:
        faults.append("the line in the book says other figures")
    if schemas.commit(LINE, "line", opening["value"], bytes.fromhex(opening["salt"])) != entry["line"]:
        faults.append("the line in the book is not opened by this file")
    if (entry["t"], entry["idea"], entry["period"]) != (LINE, said["line"]["idea"], said["line"]["period"]):
        faults.append("the entry is about another idea or month")
    return faults
