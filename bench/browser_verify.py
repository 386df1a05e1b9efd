"""A member's proof in a real browser: p50 and p99 of 200 verifications by our own modules and WebCrypto.

The book of the measurement has a million lines' worth of steps (20) and five witnesses, four of which signed, made with
kit/tlog; the browser gets receipt and policy as text, and nothing but its own work is timed. Beside it stands the work
that no verifier can avoid: the same hashes and signatures alone.
"""

import argparse
import base64
import hashlib
import json
import secrets
import sys
from typing import Any

from bench.machine import machine
from patogh.kit.tlog import note as notes
from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.kit.tlog.note import Ed25519Signer
from patogh.kit.tlog.proof import TlogProof
from patogh.kit.tlog.tree import leaf_hash, node_hash

SIZE, INDEX, WITNESSES, SIGNED, PROOFS = 1 << 20, 193_210, 5, 4, 200
P50_MS_MAX = 5.0
SIGNED_AT = 1_700_000_000
BARE = """async () => { const key = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
const text = new Uint8Array(120), signed = await crypto.subtle.sign('Ed25519', key.privateKey, text), found = [];
for (let turn = 0; turn < 200; turn += 1) { const began = performance.now();
for (let step = 0; step < 21; step += 1) await crypto.subtle.digest('SHA-256', new Uint8Array(65));
for (let one = 0; one < 5; one += 1) await crypto.subtle.verify('Ed25519', key.publicKey, signed, text);
found.push(performance.now() - began); } return found; }"""
RUN = """async ([receipts, policy]) => { const { parseReceipt, verifyReceipt } = await import('/proof.js'); const found = [];
for (const receipt of receipts) { const began = performance.now(); const verdict = await verifyReceipt(parseReceipt(receipt), policy);
found.push(performance.now() - began); if (!verdict.enough || verdict.count !== 4) throw new Error('not proved'); } return found; }"""


def main(argv: list[str]) -> int:
    """Measure and print; 0 when half of the proofs took 5 ms or less."""
    given = argparse.ArgumentParser(prog="patogh bench browser_verify", description=__doc__)
    given.add_argument("--json", action="store_true", help="print one JSON object")
    given.add_argument("--proofs", type=int, default=PROOFS, help="how many receipts are verified")
    options = given.parse_args(argv)
    receipts, policy = made(options.proofs)
    ours, bare = in_chromium(receipts, policy)
    found: dict[str, Any] = {
        "bench": "browser_verify", "proofs": len(ours), "steps": 20, "proof_bytes": len(json.loads(receipts[0])["proof"]),
        "first_ms": round(ours[0], 2), "p50_ms": at(ours, 0.5), "p99_ms": at(ours, 0.99),
        "bare_p50_ms": at(bare, 0.5), "ratio_to_bare": round(at(ours, 0.5) / max(at(bare, 0.5), 0.01), 2), "machine": machine(),
    }  # fmt: skip
    print(json.dumps(found, ensure_ascii=False, indent=None if options.json else 2))
    return 0 if found["p50_ms"] <= P50_MS_MAX else 1


def made(count: int) -> tuple[list[str], str]:
    """Return receipts of that many books of a million lines, and the policy that they are judged by."""
    log = Ed25519Signer.generate("bench.example/book")
    signers = [CosignatureSigner.generate(f"witness{number}.example") for number in range(WITNESSES)]
    names = " ".join(f"w{number}" for number in range(WITNESSES))
    lines = [f"log {log.vkey}", *(f"witness w{number} {one.vkey}" for number, one in enumerate(signers))]
    policy = "\n".join([*lines, f"group outside {SIGNED} {names}", "quorum outside", ""])
    return [receipt(log, signers[:SIGNED], number) for number in range(count)], policy


def receipt(log: Ed25519Signer, signers: list[CosignatureSigner], number: int) -> str:
    """Return one receipt: random siblings, and the root to which they lead."""
    entry = f'{{"at":1795378564,"id":"{hashlib.sha256(bytes([number % 256])).hexdigest()[:32]}","idea":{number + 1},"t":"idea.withdrawn.v1"}}'
    steps = [secrets.token_bytes(32) for _ in range(SIZE.bit_length() - 1)]
    root = leaf_hash(entry.encode())
    for level, step in enumerate(steps):
        root = node_hash(step, root) if INDEX >> level & 1 else node_hash(root, step)
    note = notes.sign_note(Checkpoint("bench.example/book", SIZE, root).text(), log)
    whole = note.with_signatures(one.cosign(note.text, SIGNED_AT) for one in signers)
    proof = TlogProof(INDEX, tuple(steps), whole.serialised()).serialised()
    said = {
        "format": "patogh-receipt/v1",
        "entry": base64.b64encode(entry.encode()).decode(),
        "openings": [],
        "proof": proof,
    }
    return json.dumps(said)


def in_chromium(receipts: list[str], policy: str) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each verification, and those of the bare hashes and signatures."""
    from playwright.sync_api import Route, sync_playwright

    from patogh.ledger.standalone import MODULES
    from tests import chromium

    def give(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        body = (MODULES / name).read_text("utf-8") if name.endswith(".js") else "<!doctype html><title>bench</title>"
        route.fulfill(body=body, content_type="text/javascript" if name.endswith(".js") else "text/html")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page()
        page.route("**/*", give)
        page.goto("https://bench.example/")
        found = page.evaluate(RUN, [receipts, policy]), page.evaluate(BARE)
        browser.close()
    return found


def at(values: list[float], share: float) -> float:
    """Return the value below which this share lies."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
