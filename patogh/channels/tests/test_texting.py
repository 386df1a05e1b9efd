"""Text messages: what is sent, what is understood of answers, and the words of leaving."""

import json
from urllib.parse import parse_qs

import pytest

from patogh.channels import texting
from patogh.channels.connectors import arrivals, registry, sending
from patogh.channels.connectors.actions.setups import Words, add_setup
from patogh.channels.connectors.contract import Arrival, Call, Forged, Known, Outgoing, SetupBroken, TryLater, Turned
from patogh.channels.models import Message
from patogh.channels.tests.connectors import cases
from patogh.channels.tests.connectors.conftest import NOW, at_work, server, set_up  # noqa: F401 - fixtures
from patogh.channels.texting import HouseSender
from patogh.people import consent, sms
from patogh.people.consent.errors import NoConsent
from patogh.people.identifying import identity_of
from patogh.people.models import Consent

SAID = {"words": "پیشنهادها را با پیامک بفرستید", "method": "form", "language": "fa"}
LINE = "10004346"
SENT = json.dumps(
    {"return": {"status": 200, "message": "تایید شد"}, "entries": [{"messageid": 8792343, "status": 1}]}
).encode()


@pytest.fixture
def line(set_up, server):
    """A line of Kavenegar that is on; its server takes everything."""
    server.answers = [("/sms/send.json", 200, {}, SENT)]
    return set_up("kavenegar", server.host)


@pytest.fixture
def phone(db, brand):
    """A number that wrote once."""
    return identity_of("phone", "09131234567")


def wrote(setup, text, key="1", number="09131234567"):
    return arrivals.take(setup.pk, [Arrival(key, "message", Known("phone", number), NOW, text=text)])


def is_let(phone, purpose="offers"):
    try:
        consent.may_send(phone, purpose, "sms", LINE)
    except NoConsent:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("11", "leave"), ("۱۱", "leave"), ("١١", "leave"), (" لغو ۱۱.", "leave"), ("لغو", "leave"), ("لغو11", "leave"), ("STOP", "leave"),
     ("stop!", "leave"), ("12", "join"), ("۱۲", "join"), ("Start", "join"), ("111", ""), ("۱۱ تا می‌خواهم", ""), ("", ""),
     ("یازده", ""), ("لغو " * 30, ""), ("🙏", "")],
    ids=[f"case{n}" for n in range(17)],
)  # fmt: skip
def test_a_word_of_leaving_is_the_whole_message(text, wanted):
    assert texting.wish(text) == wanted


def test_eleven_ends_every_purpose_for_this_line_and_is_answered_once(line, phone):
    consent.give(phone, "offers", "sms", **SAID)
    wrote(line, "۱۱")
    wrote(line, "11", key="2")
    assert not is_let(phone)
    rows = Consent.objects.filter(state="withdrawn")
    assert {(row.sender, row.method) for row in rows} == {(LINE, "sms_word")}
    assert rows[0].evidence["text"] == "۱۱"
    assert Message.objects.filter(way="out").count() == 1
    consent.may_send(phone, "offers", "sms", "20001111")


def test_twelve_gives_back_what_eleven_took_and_nothing_else(line, phone):
    consent.give(phone, "offers", "sms", **SAID)
    wrote(line, "11")
    wrote(line, "12", key="2")
    assert is_let(phone)
    assert not is_let(phone, "news")
    assert Consent.objects.filter(state="given").latest("pk").words == SAID["words"]


def test_twelve_of_somebody_who_never_agreed_is_no_consent(line, phone):
    wrote(line, "12")
    wrote(line, "12", key="2")
    assert not Consent.objects.filter(state="given").exists()
    assert Message.objects.filter(way="out").count() == 1


def test_a_service_text_still_leaves_after_eleven(line, phone, server):
    wrote(line, "11")
    sending.send_due(line.pk)
    form = parse_qs(server.asked[-1][3].decode())
    assert form["receptor"] == ["09131234567"]
    assert "۱۲" in form["message"][0]
    assert "لغو11" not in form["message"][0]


def test_advertising_carries_the_way_out(line, phone, server):
    consent.give(phone, "offers", "sms", **SAID)
    sending.write(line, phone, "یک تخفیف", purpose="offers", by=None)
    sending.send_due(line.pk)
    assert parse_qs(server.asked[-1][3].decode())["message"] == ["یک تخفیف\nلغو11"]
    assert Message.objects.get(way="out").state == "sent"


def test_without_a_yes_nothing_is_written_and_what_waited_does_not_leave(line, phone, server):
    with pytest.raises(NoConsent):
        sending.write(line, phone, "یک تخفیف", purpose="offers", by=None)
    consent.give(phone, "offers", "sms", **SAID)
    sending.write(line, phone, "یک تخفیف", purpose="offers", by=None)
    wrote(line, "11")
    sending.send_due(line.pk)
    sending.send_due(line.pk)
    assert not [one for one in server.asked if "تخفیف" in parse_qs(one[3].decode())["message"][0]]
    assert Message.objects.get(way="out", purpose="offers").state == "refused"


def outgoing(text="سلام", value="+989131234567"):
    return Outgoing(key="k1", kind="phone", value=value, text=text)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, SetupBroken), (403, SetupBroken), (412, SetupBroken), (418, SetupBroken), (402, TryLater), (409, TryLater),
     (411, Turned), (413, Turned), (431, Turned)],
)  # fmt: skip
def test_what_kavenegar_says_means(status, error, server, at_work):
    server.answers = [("/send.json", status, {}, json.dumps({"return": {"status": status}, "entries": None}).encode())]
    with pytest.raises(error):
        registry.connector("kavenegar").send(at_work("kavenegar", server.host), outgoing())


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b"<html>", b'{"return": 7, "entries": [7]}'], ids=range(5))
def test_an_answer_that_is_none_is_asked_again(answer, server, at_work):
    server.answers = [("/send.json", 200, {}, answer)]
    with pytest.raises(TryLater):
        registry.connector("kavenegar").send(at_work("kavenegar", server.host), outgoing())


def test_an_attempt_that_was_cut_off_is_the_same_text_for_kavenegar(server, at_work):
    server.answers = [("/sms/send.json", 200, {}, SENT)]
    for _ in range(2):
        assert registry.connector("kavenegar").send(at_work("kavenegar", server.host), outgoing()) == "8792343"
    first, second = (parse_qs(one[3].decode())["localid"] for one in server.asked)
    assert first == second


def test_a_number_abroad_is_written_with_zeros(server, at_work):
    server.answers = [("/sms/send.json", 200, {}, SENT)]
    registry.connector("kavenegar").send(at_work("kavenegar", server.host), outgoing(value="+4915112345678"))
    assert parse_qs(server.asked[0][3].decode())["receptor"] == ["004915112345678"]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(400, 21610, Turned), (400, 21211, Turned), (400, 21606, SetupBroken), (401, 20003, SetupBroken), (404, 20404, SetupBroken),
     (400, 21611, TryLater), (429, 20429, TryLater), (500, None, TryLater)],
)  # fmt: skip
def test_what_twilio_says_means(status, code, error, server, at_work):
    server.answers = [("/Messages.json", status, {}, json.dumps({"code": code, "message": "x"}).encode())]
    with pytest.raises(error):
        registry.connector("twilio").send(at_work("twilio", server.host), outgoing())


def test_twilio_is_asked_with_the_account_and_where_to_report(server, at_work):
    server.answers = [("/Messages.json", 201, {}, b'{"sid": "SM1"}')]
    assert registry.connector("twilio").send(at_work("twilio", server.host), outgoing()) == "SM1"
    _method, path, headers, body = server.asked[0]
    form = parse_qs(body.decode())
    assert path.startswith("/2010-04-01/Accounts/AC00")
    assert form["From"] == ["+15005550006"]
    assert form["StatusCallback"][0].startswith("https://rekab.example/channels/aaaa/status/")
    assert {name.lower() for name in headers} >= {"authorization"}


def test_twilio_takes_only_what_it_signed_for_this_address(server, at_work):
    case = next(one for one in cases.cases("twilio") if one.name == "message")
    setup = at_work("twilio", server.host)
    call = cases.call_of(case, dict(setup.settings), NOW)
    moved = Call(call.method, "elsewhere", call.query, call.headers, call.body, call.at)
    for wrong in (moved, Call("GET", "", {}, {}, b"", NOW), Call("POST", "", {}, {}, call.body, NOW)):
        with pytest.raises(Forged):
            registry.connector("twilio").receive(setup, wrong)


def test_what_twilio_answered_itself_is_not_answered_again(set_up, server, phone):
    setup = set_up("twilio", server.host)
    arrivals.take(
        setup.pk,
        [Arrival("SM9", "message", Known("phone", "+989131234567"), NOW, text="STOP", data={"answered": True})],
    )
    assert Consent.objects.filter(state="withdrawn").exists()
    assert not Message.objects.filter(way="out").exists()


def test_the_house_sends_its_codes_through_a_line_that_is_on(line, server, settings):
    settings.SMS_SENDER = "patogh.channels.texting.HouseSender"
    sms.sender().send("+989131234567", "کد شما 123456")
    assert "123456" in parse_qs(server.asked[0][3].decode())["message"][0]


def test_without_a_line_the_house_says_so(db):
    with pytest.raises(OSError, match="no channel"):
        HouseSender().send("+989131234567", "123456")


@pytest.mark.parametrize(
    ("name", "over"),
    [("kavenegar", {"api_key": "../../x"}), ("kavenegar", {"sender": "my line"}), ("kavenegar", {"server": "ftp://x"}),
     ("kavenegar", {"server": "http://[::1"}), ("twilio", {"account": "AC1/../"}), ("twilio", {"token": "\n"}), ("twilio", {"sender": "nobody"})],
    ids=range(7),
)  # fmt: skip
def test_settings_that_are_none_are_refused(name, over):
    form = registry.connector(name).form({**cases.settings_of(name, "example.org:443"), **over})
    assert not form.is_valid()
    assert all(str(error) for errors in form.errors.values() for error in errors)


def test_two_setups_of_one_line_share_what_was_said(line, phone, owner, server):
    other = add_setup(
        "kavenegar", Words("خط دوم", {**cases.settings_of("kavenegar", server.host), "sender": "20001111"}), by=owner
    )
    consent.give(phone, "offers", "sms", **SAID)
    wrote(line, "11")
    sending.write(other, phone, "یک تخفیف", purpose="offers", by=None)
    with pytest.raises(NoConsent):
        sending.write(line, phone, "یک تخفیف", purpose="offers", by=None)
