import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from patogh.kit import egress
from patogh.kit.egress import EgressFailed, EgressRefused, Policy, examine, fetch, is_public, send

CLOSED = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fc00::1", "fec0::1", "ff02::1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "fe80::1%eth0", "2001:db8::1", "not-an-address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_no_way_leads_inside(address):
    assert not is_public(address)
    with pytest.raises(EgressRefused):
        fetch("http://name.example/", policy=Policy(resolve=lambda _host, _port: [address]))
    with pytest.raises(EgressRefused):
        send("http://name.example/", b"", {}, policy=Policy(resolve=lambda _host, _port: [address]))
    with pytest.raises(EgressRefused):
        examine("http://name.example/", policy=Policy(resolve=lambda _host, _port: [address]))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_the_open_internet_is_open(address):
    assert is_public(address)


@pytest.mark.parametrize("url", [
    "", "ftp://a.ir/", "file:///etc/passwd", "gopher://a.ir/", "javascript:alert(1)", "http://", "http://a.ir:22/",
    "http://user:pw@a.ir/", "http://a.ir:99999/", "http://[::1/", "http://a.ir/\r\nX: y", "http://a.ir\\@b.ir/",
    "http://a b/", "//a.ir/", "http://[fe80::1%25eth0]/", "http://" + "a" * 3_000 + "/", "http://\u200b/", "http://..a/",
])  # fmt: skip
def test_addresses_of_another_form_are_refused(url):
    with pytest.raises((EgressRefused, EgressFailed)):
        fetch(url, policy=Policy(resolve=lambda _host, _port: []))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://127.1/"]
)
def test_numbers_that_mean_this_machine_are_refused(url):
    with pytest.raises(EgressRefused):
        fetch(url)


def test_one_bad_address_among_good_ones_closes_the_name():
    policy = Policy(resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(EgressRefused):
        fetch("http://mixed.example/", policy=policy)


class Site(BaseHTTPRequestHandler):
    seen: list[tuple[str, dict[str, str]]] = []
    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}

    def do_POST(self):
        self.headers["Body"] = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.do_GET()

    def do_GET(self):
        type(self).seen.append((self.path, dict(self.headers)))
        status, headers, body = self.answers.get(self.path, (200, {}, b"ok"))
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Keep quiet."""


class Clock:
    """Moves a second forward each time somebody looks."""

    def __init__(self, step_s=0.0):
        self.now_s, self.step_s = 0.0, step_s

    def __call__(self):
        self.now_s += self.step_s
        return self.now_s


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Site.seen, Site.answers = [], {}
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def inside(port, **parts):
    """Return a policy under which only the name site.example leads to the test's own server."""

    def resolve(host, _port):
        return ["127.0.0.1"] if host == "site.example" else egress.resolve(host, port)

    asked = []

    def allows(address):
        asked.append(address)
        return len(asked) == 1 or parts.get("always", False)

    return Policy(resolve, allows, frozenset({port}), parts.get("clock", Clock()))


def test_the_name_stays_in_the_request_while_the_checked_address_is_used(site):
    got = fetch(f"http://site.example:{site}/a?q=سلام", policy=inside(site))
    assert (got.status, got.body) == (200, b"ok")
    path, headers = Site.seen[0]
    assert path == "/a?q=%D8%B3%D9%84%D8%A7%D9%85"
    assert headers["Host"] == f"site.example:{site}"
    assert "Cookie" not in headers


def test_the_name_is_resolved_once_so_rebinding_has_no_second_chance(site):
    answers = iter([["127.0.0.1"]])
    policy = Policy(lambda _host, _port: next(answers), lambda _address: True, frozenset({site}), Clock())
    assert fetch(f"http://rebind.example:{site}/", policy=policy).status == 200
    assert next(answers, None) is None


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:{}/secret", "//localhost:{}/secret", "file:///etc/passwd", "http://[::1]:{}/", "http://["],
)
def test_a_redirect_inside_is_refused(site, target):
    Site.answers["/"] = (302, {"Location": target.format(site)}, b"")
    with pytest.raises(EgressRefused):
        fetch(f"http://site.example:{site}/", policy=inside(site))
    assert [path for path, _headers in Site.seen] == ["/"]


def test_a_good_redirect_is_followed_and_a_circle_is_not(site):
    Site.answers["/old"] = (301, {"Location": "/new"}, b"")
    Site.answers["/round"] = (302, {"Location": "/round"}, b"")
    assert fetch(f"http://site.example:{site}/old", policy=inside(site, always=True)).url.endswith("/new")
    with pytest.raises(EgressFailed):
        fetch(f"http://site.example:{site}/round", policy=inside(site, always=True))
    assert len(Site.seen) == 2 + 4


@pytest.mark.parametrize("headers", [{}, {"Content-Length": ""}, {"Content-Length": "999999999"}])
def test_a_huge_body_is_cut_off(site, headers):
    Site.answers["/"] = (200, headers, b"x" * 70_000)
    with pytest.raises(EgressFailed):
        fetch(f"http://site.example:{site}/", limit_bytes=50_000, policy=inside(site))


def test_a_slow_answer_ends_at_the_deadline(site):
    Site.answers["/"] = (200, {}, b"x" * 400_000)
    with pytest.raises(EgressFailed):
        fetch(f"http://site.example:{site}/", timeout_s=5, policy=inside(site, clock=Clock(step_s=1)))


@pytest.mark.parametrize("headers", [{"Content-Length": "abc"}, {"X": "a\nbroken"}])
def test_a_garbled_answer_is_a_failure_or_an_answer_but_never_a_crash(site, headers):
    Site.answers["/"] = (200, headers, b"x")
    with suppress(EgressFailed):
        assert fetch(f"http://site.example:{site}/", policy=inside(site)).status == 200


def test_nobody_listening_is_a_failure():
    policy = Policy(lambda _host, _port: ["127.0.0.1"], lambda _address: True, frozenset({1}))
    with pytest.raises(EgressFailed):
        fetch("http://site.example:1/", policy=policy)


def test_what_is_sent_arrives_with_its_headers(site):
    got = send(f"http://site.example:{site}/in", "سلام".encode(), {"webhook-id": "msg_1"}, policy=inside(site))
    assert (got.status, got.body) == (200, b"ok")
    path, headers = Site.seen[0]
    assert (path, headers["Body"], headers["webhook-id"]) == ("/in", "سلام", "msg_1")
    assert headers["Host"] == f"site.example:{site}"


def test_a_redirect_is_an_answer_to_what_was_sent_and_nobody_goes_there(site):
    Site.answers["/"] = (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")
    assert send(f"http://site.example:{site}/", b"{}", {}, policy=inside(site)).status == 302
    assert len(Site.seen) == 1


@pytest.mark.parametrize("headers", [{}, {"Content-Length": ""}, {"Content-Length": "999999999"}])
def test_only_the_beginning_of_an_answer_is_kept(site, headers):
    Site.answers["/"] = (200, headers, b"x" * 70_000)
    assert send(f"http://site.example:{site}/", b"{}", {}, policy=inside(site)).body == b"x" * 2_048


def test_headers_that_would_smuggle_others_are_not_sent(site):
    with pytest.raises(EgressFailed):
        send(f"http://site.example:{site}/", b"{}", {"X-A": "a\r\nX-B: b"}, policy=inside(site))
    assert Site.seen == []


def test_an_address_is_examined_before_anything_is_sent(site):
    examine(f"http://site.example:{site}/", policy=inside(site))
    assert Site.seen == []
