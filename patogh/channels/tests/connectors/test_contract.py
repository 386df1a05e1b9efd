"""What every connector keeps to, with its own recorded payloads."""

import datetime as dt
import inspect
from dataclasses import replace

import pytest

from patogh.activity.models import Activity
from patogh.channels.connectors import arrivals, contract, registry
from patogh.channels.connectors.cleaning import cleaned
from patogh.channels.connectors.contract import Call, Connector, Forged
from patogh.channels.models import DeadLetter
from patogh.channels.tests.connectors import cases
from patogh.channels.tests.connectors.conftest import NOW
from patogh.kit.errors import PatoghError

NAMES = cases.built_in()
CALLS = [pytest.param(case, id=case.id) for case in cases.calls()]
POLLS = [pytest.param(case, id=case.id) for case in cases.polls()]
ODD_BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"x"',
    "سلام".encode()[:-1],
    b"\xff\xfe\x00",
    b"[" * 50_000,
    b'{"a":' * 5_000,
    b"a=1&b=%ff%00",
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def arrived(server, at_work, outside):
    """Return a function for what a case brings, whichever way it comes."""

    def bring(case):
        connector, over = registry.connector(case.connector), outside(case)
        setup = at_work(case.connector, server.host, **over)
        if "call" in case.facts:
            return connector.receive(setup, cases.call_of(case, dict(setup.settings), NOW)).arrivals
        return connector.poll(setup, case.facts.get("cursor", {})).arrivals

    return bring


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name):
    made = registry.connector(name)
    assert made.name == name
    assert made.fa
    assert made.en
    assert made.icon
    assert made.can <= {"receive", "poll", "send"}
    assert made.can
    assert set(made.secret_fields) <= set(made.form.base_fields)
    folder = cases.folder(made)
    assert (folder / "README.md").stat().st_size > 300
    assert cases.cases(name), "a connector that reads brings payloads as they were recorded"


@pytest.mark.parametrize("name", NAMES)
def test_its_form_never_shows_a_secret_again(name):
    made = registry.connector(name)
    html = made.form(initial=dict.fromkeys(made.secret_fields, "very-secret-word")).as_div()
    assert "very-secret-word" not in html


@pytest.mark.parametrize("name", NAMES)
def test_its_own_settings_pass_its_form(name):
    made = registry.connector(name)
    form = made.form(cases.settings_of(name, "example.org:443"))
    assert form.is_valid(), form.errors


@pytest.mark.parametrize("name", NAMES)
def test_it_keeps_secrets_out_of_what_is_printed(name, at_work):
    setup = at_work(name, "example.org:443")
    secrets = [str(setup.settings[key]) for key in registry.connector(name).secret_fields if setup.settings.get(key)]
    shown = repr(setup) + repr(registry.connector(name))
    assert not [secret for secret in [*secrets, setup.address] if secret in shown]


@pytest.mark.parametrize("case", [*CALLS, *POLLS])
def test_a_recorded_payload_is_read_as_expected(case, arrived):
    found = [cases.as_json(one) for one in arrived(case)]
    assert cases.part_of(case.facts["expected"], found), found


@pytest.mark.parametrize("case", [*CALLS, *POLLS])
def test_what_arrives_is_within_the_contract(case, arrived):
    for one in arrived(case):
        clean = cleaned(one, NOW)
        assert clean.key
        assert clean.happened_at <= NOW + dt.timedelta(seconds=600)
        assert clean.who is None or (clean.who.kind and clean.who.value)


@pytest.mark.parametrize("case", [*CALLS, *POLLS])
def test_twice_is_once_and_order_does_not_matter(case, server, arrived, set_up):
    found = [one for one in arrived(case) if one.kind in {"message", "mention"}]
    first, second = set_up(case.connector, server.host), set_up(case.connector, server.host)
    once = arrivals.take(first.pk, found)
    again = arrivals.take(first.pk, list(reversed(found)))
    shuffled = arrivals.take(second.pk, list(reversed(found)))
    keys = {one.key for one in found}
    assert (once.new, once.dead) == (len(keys), 0)
    assert again.new == 0
    assert shuffled.new == once.new
    same = [
        set(row.messages.values_list("key", "text", "thread", "identity_id", "happened_at")) for row in (first, second)
    ]
    assert same[0] == same[1]
    assert Activity.objects.filter(source=f"channel:{first.pk}").count() == once.new


@pytest.mark.parametrize("case", CALLS)
def test_a_forged_call_is_refused_and_nothing_is_kept(case, server, set_up, at_work):
    setup = set_up(case.connector, server.host, **case.facts.get("settings", {}))
    known = dict(at_work(case.connector, server.host, **case.facts.get("settings", {})).settings)
    call = cases.call_of(case, known, NOW)
    forged = replace(call, headers={name: "x" + value for name, value in call.headers.items() if "content" not in name})
    connector = registry.connector(case.connector)
    if not _signs(connector):
        return
    with pytest.raises(Forged):
        connector.receive(at_work(case.connector, server.host, **case.facts.get("settings", {})), forged)
    assert not DeadLetter.objects.filter(setup=setup).exists()


@pytest.mark.parametrize("case", CALLS)
def test_a_call_of_a_year_ago_or_of_nonsense_stays_within_the_contract(case, server, at_work):
    setup = at_work(case.connector, server.host, **case.facts.get("settings", {}))
    connector = registry.connector(case.connector)
    call = cases.call_of(case, dict(setup.settings), NOW)
    later = replace(call, at=NOW + dt.timedelta(days=365))
    for odd in (later, *(_with_body(connector, setup, call, body) for body in ODD_BODIES)):
        try:
            answered = connector.receive(setup, odd)
        except PatoghError:  # anything else is a fault of the connector
            continue
        for one in answered.arrivals:
            cleaned(one, NOW)


def _with_body(connector, setup, call: Call, body: bytes) -> Call:
    return cases.signed(connector.name, dict(setup.settings), replace(call, body=body))


def _signs(connector) -> bool:
    """Whether calls are signed: an address that nobody can guess is the other way."""
    modules = {inspect.getmodule(one) for one in type(connector).__mro__ if issubclass(one, Connector)} - {contract}
    return any("Forged" in inspect.getsource(one) for one in modules) and "receive" in connector.can
