"""What a hostile client can send to our witness, and what its page says."""

import contextlib
import socket

import pytest

from patogh.ledger.tests.witnesses import SmallLog, ask, our_witness, show
from patogh.ledger.witness import limits
from patogh.ledger.witness.pace import Pace

LOG = SmallLog()


@pytest.fixture(scope="module")
def witness(tmp_path_factory):
    """Our witness, which has seen five entries of LOG."""
    with our_witness(tmp_path_factory.mktemp("witness"), [LOG.vkey]) as standing:
        show(standing, LOG, 0, 5)
        yield standing


def said(witness, raw, *more):
    """Send raw bytes, in pieces, and return all that comes until the other side closes."""
    with socket.create_connection(witness.server.server_address, timeout=10) as connection:
        for piece in (raw, *more):
            connection.sendall(piece)
        with contextlib.suppress(OSError):  # the other side may have closed by now
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def posted(headers, body=b""):
    """A raw POST."""
    return b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n" + headers + b"\r\n" + body


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"", b"411"),
        (b"Transfer-Encoding: chunked\r\n", b"411"),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"411"),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", b"400"),
        (b"Content-Length: -5\r\n", b"400"),
        (b"Content-Length: 0x10\r\n", b"400"),
        (b"Content-Length: 99999999\r\n", b"413"),
        (b"Content-Length: 50\r\n", b"400"),
        (b"X: y\r\n" * 200, b"431"),
        (b"X: " + b"y" * 70_000 + b"\r\n", b"431"),
    ],
)
def test_a_body_that_cannot_be_measured_is_refused_and_the_connection_closed(witness, headers, status):
    answer = said(witness, posted(headers, b"old 0\n"))
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "raw", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 100_000]
)
def test_what_is_no_http_is_refused(witness, raw):
    assert b" 200 " not in said(witness, raw)
    assert ask(witness, "GET", "/vkey")[0] == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(witness, method):
    assert ask(witness, method, "/add-checkpoint")[0] == 501


@pytest.mark.parametrize("path", ["/x", "/../key", "/%2e%2e/key", "/0123/checkpoint", f"/{'A' * 64}/checkpoint"])
def test_other_addresses_are_not_found(witness, path):
    assert ask(witness, "GET", path)[0] == 404
    assert ask(witness, "POST", path, b"old 0\n")[0] == 404


def test_one_connection_carries_several_requests(witness):
    raw = b"GET /vkey HTTP/1.1\r\nHost: w\r\n\r\n"
    assert said(witness, raw, raw, raw).count(witness.vkey.encode()) == 3


def test_a_client_that_drips_is_closed(witness, monkeypatch):
    monkeypatch.setattr(limits, "REQUEST_S_MAX", 0.2)
    with socket.create_connection(witness.server.server_address, timeout=10) as connection:
        connection.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 100\r\n\r\nold")
        assert b" 200 " not in connection.recv(65536)


def test_a_connection_without_a_word_is_closed(witness, monkeypatch):
    monkeypatch.setattr(limits, "IDLE_S_MAX", 0.1)
    with socket.create_connection(witness.server.server_address, timeout=10) as connection:
        assert connection.recv(100) == b""


def test_more_connections_than_seats_are_closed_at_once(witness):
    held = [socket.create_connection(witness.server.server_address, timeout=10) for _ in range(limits.CONNECTIONS_MAX)]
    try:
        with socket.create_connection(witness.server.server_address, timeout=10) as late:
            assert late.recv(100) == b""
    finally:
        for connection in held:
            connection.close()


def test_the_page_says_in_both_languages_what_this_is(witness):
    status, headers, body = ask(witness, "GET", "/")
    text = body.decode()
    assert status == 200
    assert "This is a witness" in text
    assert "این یک گواه است" in text
    assert witness.vkey in text
    assert LOG.origin in text
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_head_has_no_body(witness):
    status, headers, body = ask(witness, "HEAD", "/vkey")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 50


def test_a_name_of_markup_stays_text(tmp_path):
    log = SmallLog("<script>alert(1)</script>")
    with our_witness(tmp_path, [log.vkey]) as witness:
        assert b"<script>" not in ask(witness, "GET", "/")[2]


def test_a_log_that_hurries_is_told_to_wait_and_others_are_not(tmp_path):
    other = SmallLog("calm.example/book")
    pace = Pace(2.0, clock=lambda: 100.0)
    with our_witness(tmp_path, [LOG.vkey, other.vkey], pace=pace) as witness:
        answers = [show(witness, LOG, 0, 5) for _ in range(6)]
        assert [status for status, _headers, _body in answers] == [200, 409, 409, 409, 429, 429]
        assert answers[-1][1]["Retry-After"] == "1"
        assert show(witness, other, 0, 5)[0] == 200


def test_what_a_log_did_not_sign_does_not_count_against_it(tmp_path):
    with our_witness(tmp_path, [LOG.vkey], pace=Pace(1.0, clock=lambda: 100.0)) as witness:
        assert {show(witness, SmallLog(LOG.origin), 0, 5)[0] for _ in range(5)} == {403}
        assert show(witness, LOG, 0, 5)[0] == 200


def test_a_disk_that_fails_is_said_and_nothing_is_cosigned(tmp_path):
    with our_witness(tmp_path, [LOG.vkey]) as witness:
        show(witness, LOG, 0, 5)
        store = witness.server.witness.store
        store._rows.execute("PRAGMA query_only = ON")
        assert show(witness, LOG, 5, 8)[0] == 503
        store._rows.execute("PRAGMA query_only = OFF")
        assert show(witness, LOG, 5, 8)[0] == 200
