"""A program enrols, seals, signs, votes and recounts with its own key, and anybody reads the open book."""

import json
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from patogh.hangout.ballots.tasks import turn_polls
from patogh.kit import ballots
from patogh.ledger.actions import sequencing

pytestmark = pytest.mark.django_db
ASK = {
    "space": "repair", "title": "سفر آدینه", "text": "همه رأی دهید.", "poll": {"question": "کجا؟", "options": ["کوه", "رود"], "is_sealed": True},
}  # fmt: skip


class Ballots:
    """A program that makes keys and seals by the words of docs/api.md alone."""

    def __init__(self, program):
        self.program, self.secret = program, Ed25519PrivateKey.generate()
        self.key = self.secret.public_key().public_bytes_raw().hex()

    def sealed(self, ref, choice):
        self.r = secrets.token_bytes(32)
        seal = ballots.seal_of(ref, choice, self.r)
        text = json.dumps({"poll": ref, "seal": seal, "t": "ballot.v1", "voter": self.key}, separators=(",", ":"))
        return {"voter": self.key, "seal": seal, "sig": self.secret.sign(text.encode()).hex()}


@pytest.fixture
def vote(space, member, other_member, program):
    """Mina asks; she and Reza are on the roll, and the vote is on: returns the address, the poll, and both."""
    mina, reza = Ballots(program(member)), Ballots(program(other_member))
    at = f"/topics/{mina.program.post('/topics', ASK).json()['id']}/poll"
    for one in (mina, reza):
        assert one.program.put(f"{at}/key", {"key": one.key}).json()["sealed"]["key"] == one.key
    return at, mina.program.put(f"{at}/start").json(), mina, reza


def test_a_program_goes_from_the_roll_to_the_recount(vote):
    at, poll, mina, reza = vote
    ref = poll["sealed"]["ref"]
    assert (poll["is_sealed"], poll["phase"], poll["sealed"]["roll"], poll["sealed"]["level"]) == (True, "vote", 2, 0)
    mine = mina.program.put(f"{at}/ballot", {**mina.sealed(ref, 1), "choice": 1, "r": mina.r.hex()}).json()
    assert len(mine["sealed"]["receipt"]) == 14
    assert reza.program.put(f"{at}/ballot", reza.sealed(ref, 0)).status_code == 200
    mina.program.put(f"{at}/closure")
    turn_polls()
    assert reza.program.put(f"{at}/opening", {"choice": 0, "r": reza.r.hex()}).json()["sealed"]["is_open"] is True
    turn_polls()
    sequencing.append_waiting()
    count, after = ballots.Recount(mina.program.get(f"{at}/recount").json()["ref"]), ""
    while after is not None:
        page = reza.program.get(f"{at}/entries?limit=3&after={after}").json()
        after = page["next"]
        for line in page["items"]:
            count.take(json.loads(line))
    assert (count.finished().faults, count.counts, count.roll) == ([], [1, 1], sorted([mina.key, reza.key]))


def test_what_a_program_sends_wrong_is_refused_in_problem_details(vote):
    at, poll, mina, reza = vote
    ref, other = poll["sealed"]["ref"], "0" * 32
    cases = [
        ({**mina.sealed(ref, 0), "choice": 1, "r": mina.r.hex()}, 400, "bad_seal"), (mina.sealed(other, 0), 400, "bad_seal"),
        (reza.sealed(ref, 0), 403, "not_on_the_roll"), ({**mina.sealed(ref, 0), "sig": "no"}, 422, "fields_wrong"),
        ({**mina.sealed(ref, 0), "choice": 0}, 400, "bad_seal"),
    ]  # fmt: skip
    for body, status, code in cases:
        said = mina.program.put(f"{at}/ballot", body)
        assert (said.status_code, said.json()["code"]) == (status, code), body
    body = mina.sealed(ref, 0)
    assert [mina.program.put(f"{at}/ballot", body).status_code for _ in range(2)] == [200, 200]
    assert mina.program.put(f"{at}/ballot", mina.sealed(ref, 1)).json()["code"] == "already_voted"
    assert reza.program.put(f"{at}/closure").status_code == 403


def test_the_terms_are_set_before_anybody_enrols(space, member, program):
    mina = program(member)
    at = f"/topics/{mina.post('/topics', ASK).json()['id']}/poll"
    said = mina.put(f"{at}/terms", {"level": 1, "closes_at": "2090-01-01T00:00:00+03:30"}).json()
    assert (said["sealed"]["level"], said["closes_at"][:4]) == (1, "2089")
    for wrong in ("2090-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 10**30):
        assert mina.put(f"{at}/terms", {"closes_at": wrong}).status_code == 422


def test_the_book_is_for_everybody_without_a_token(vote):
    at, poll, mina, _ = vote
    mine = mina.program.put(f"{at}/ballot", mina.sealed(poll["sealed"]["ref"], 0)).json()
    anybody = Client(raise_request_exception=False)
    receipt = lambda: anybody.get(f"/api/v1/book/receipts/{mine['sealed']['receipt'].lower()}").json()  # noqa: E731
    assert (receipt()["state"], receipt()["index"], receipt()["proof"]) == ("waiting", None, None)
    sequencing.append_waiting()
    first = anybody.get("/api/v1/book/lines?limit=1")
    rest = anybody.get(f"/api/v1/book/lines?after={first.json()['next']}").json()
    assert (first.json()["items"][0]["kind"], rest["items"][-1]["index"], rest["next"]) == ("ballot.v1", 0, None)
    line = anybody.get(f"/api/v1/book/lines/{receipt()['index']}").json()
    assert (line["text"], line["leaf_hash"]) == (receipt()["text"], receipt()["leaf_hash"])
    assert 'rel="next"' in first["Link"]
    for path, status in (("lines/999", 404), ("lines?after=x", 400), ("receipts/nothing", 404), ("checkpoint", 404)):
        assert anybody.get(f"/api/v1/book/{path}").status_code == status, path
