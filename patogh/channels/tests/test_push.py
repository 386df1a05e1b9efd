import base64
import json
import os
import stat
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.urls import reverse
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.channels.models import PushDevice, Terms
from patogh.channels.push import actions, channel, keys, limits, messages, sealing
from patogh.channels.push.tasks import greet_devices
from patogh.channels.registry import NotReachable
from patogh.kit import egress
from patogh.people.models import Notice


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Browser:
    """What a browser keeps of a subscription: its private key and its secret."""

    def __init__(self, endpoint: str) -> None:
        self.key, self.secret, self.endpoint = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), endpoint
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.p256dh, self.auth = packed(point), packed(self.secret)

    def reads(self, body: bytes) -> dict:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))

    @property
    def fields(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": self.p256dh, "auth": self.auth}

    @property
    def subscription(self) -> actions.Subscription:
        return actions.Subscription(**self.fields, name="Firefox · Linux")


class PushService(BaseHTTPRequestHandler):
    got: list[tuple[str, dict[str, str], bytes]] = []
    answer: tuple[int, dict[str, str]] = (201, {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        status, headers = self.answer
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_args):
        """Keep quiet."""


@pytest.fixture
def service(monkeypatch, settings, tmp_path):
    """A push service of the tests' own, and the way to it."""
    PushService.got, PushService.answer = [], (201, {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), PushService)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    monkeypatch.setattr(channel, "policy", egress.Policy(allows=lambda _address: True, ports=frozenset({port})))
    settings.DATA = tmp_path
    yield f"http://127.0.0.1:{port}/push/one"
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser(service, member):
    browser = Browser(service)
    actions.allow_device(browser.subscription, by=member)
    return browser


def device() -> PushDevice:
    return PushDevice.objects.get()


def test_the_example_of_rfc_8291_comes_out_to_the_letter():
    ours = ec.derive_private_key(
        int.from_bytes(sealing.unpacked("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    point = sealing.unpacked("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
    said = sealing._sealed(
        b"When I grow up, I want to be a watermelon", point, sealing.unpacked("BTBZMqHH6r4Tts7J_aSIgg"), ours,
        sealing.unpacked("DGv6ra1nlYgDCS1FRnbzlw"),
    )  # fmt: skip
    assert packed(said) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_key_is_made_once_and_for_its_owner_only(settings, tmp_path):
    settings.DATA = tmp_path
    made = keys.public_key()
    path = tmp_path / keys.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys._read.cache_clear()
    assert keys.public_key() == made
    assert [one.name for one in tmp_path.iterdir()] == [keys.FILE]


@pytest.mark.django_db
def test_a_message_reaches_the_device_and_only_it_can_read_it(browser, member):
    message = messages.packed(
        title="رضا به «پنج‌شنبه» پاسخ داد", body="من می‌آیم.", url="/t/7/p/3", tag="hangout.topic:7", language="fa"
    )
    assert channel.told(member, message, topic="hangout.topic:7") == "1"
    [(path, headers, body)] = PushService.got
    said = browser.reads(body)
    assert (path, said["title"], said["body"], said["dir"]) == (
        "/push/one",
        "رضا به «پنج‌شنبه» پاسخ داد",
        "من می‌آیم.",
        "rtl",
    )
    assert said["tag"] == "hangout.topic:7"
    assert headers["content-encoding"] == "aes128gcm"
    assert (headers["ttl"], headers["urgency"], len(headers["topic"])) == (str(limits.TTL_S), "normal", 32)
    assert device().last_ok_at is not None


@pytest.mark.django_db
def test_the_push_service_can_check_who_sends(browser, member):
    channel.told(member, b"{}", topic="x")
    word = PushService.got[0][1]["authorization"]
    token, key = word.removeprefix("vapid t=").split(", k=")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealing.unpacked(key))
    claims = jwt.decode(token, point, algorithms=["ES256"], audience=browser.endpoint.removesuffix("/push/one"))
    assert claims["sub"].startswith(("mailto:", "https://"))
    assert claims["exp"] - timezone.now().timestamp() < 24 * 3600


@pytest.mark.django_db
@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(browser, member, status):
    PushService.answer = (status, {})
    with pytest.raises(NotReachable):
        channel.told(member, b"{}", topic="x")
    assert not PushDevice.objects.exists()
    assert "push" not in Terms.objects.get(member=member).outlets


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "headers", "least_s"), [
    (429, {"Retry-After": "600"}, 590), (429, {"Retry-After": "soon"}, 25), (500, {}, 25), (503, {"Retry-After": "9" * 30}, 25),
    (302, {"Location": "http://127.0.0.1/"}, 25), (401, {}, 25),
])  # fmt: skip
def test_a_service_that_is_busy_is_left_alone_for_a_while(browser, member, status, headers, least_s):
    PushService.answer = (status, headers)
    for _ in range(2):
        with pytest.raises(channel.DevicesBusy):
            channel.told(member, b"{}", topic="x")
    assert len(PushService.got) == 1
    assert (device().paused_until - timezone.now()).total_seconds() > least_s


@pytest.mark.django_db
def test_a_device_that_never_answers_is_forgotten_at_last(browser, member):
    PushService.answer = (500, {})
    for _ in range(limits.FAILURES_MAX):
        PushDevice.objects.update(paused_until=None)
        with pytest.raises((channel.DevicesBusy, NotReachable)):
            channel.told(member, b"{}", topic="x")
    assert not PushDevice.objects.exists()


@pytest.mark.django_db
def test_one_of_two_devices_is_enough(browser, member, service):
    second = Browser(f"{service}-two")
    actions.allow_device(second.subscription, by=member)
    PushDevice.objects.filter(endpoint=browser.endpoint).update(
        paused_until=timezone.now() + timezone.timedelta(hours=1)
    )
    assert channel.told(member, b'{"a":1}', topic="x") == "1"
    assert second.reads(PushService.got[0][2]) == {"a": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("endpoint", [
    "https://127.0.0.1/push", "https://[::1]/push", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/",
    "https://2130706433/", "https://0x7f.1/", "https://[fe80::1]/", "https://192.168.1.1/", "https://user:pw@8.8.8.8/", "https://8.8.8.8:22/",
    "http://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "javascript:alert(1)", "", "https://", "x" * 3_000, "https://a b/",
])  # fmt: skip
def test_no_device_leads_inside(signed_in, member, settings, tmp_path, endpoint):
    settings.DATA = tmp_path
    answer = signed_in(member).post(reverse("push_devices"), Browser(endpoint).fields)
    assert answer.status_code == 400
    assert not PushDevice.objects.exists()


@pytest.mark.django_db
def test_a_device_that_leads_inside_later_is_forgotten(member, settings, tmp_path):
    settings.DATA = tmp_path
    actions.allow_device(Browser("https://127.0.0.1/push").subscription, by=member)
    with pytest.raises(NotReachable):
        channel.told(member, b"{}", topic="x")
    assert not PushDevice.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("p256dh", "auth"), [
    ("", ""), ("not base64 %%", "x"), (packed(b"\x04" + b"\1" * 64), packed(b"0" * 16)), (packed(b"\x04" * 65), packed(b"0" * 15)),
    ("A" * 200, packed(b"0" * 16)), ("سلام", "سلام"),
])  # fmt: skip
def test_keys_that_are_none_are_refused(signed_in, member, service, p256dh, auth):
    answer = signed_in(member).post(reverse("push_devices"), {"endpoint": service, "p256dh": p256dh, "auth": auth})
    assert answer.status_code == 400


@pytest.mark.django_db
def test_a_member_allows_and_takes_back_a_device(signed_in, member, service):
    client = signed_in(member)
    client.post(
        reverse("push_devices"),
        Browser(service).fields,
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"},
    )
    page = client.get(reverse("notice_settings")).content.decode()
    assert "Firefox" in page
    assert Terms.objects.get(member=member).outlets == "push"
    client.delete(reverse("push_device", args=[device().pk]))
    assert not PushDevice.objects.exists()
    assert Terms.objects.get(member=member).outlets == ""


@pytest.mark.django_db
def test_signing_out_takes_the_device_at_hand_back(signed_in, member, service):
    elsewhere = signed_in(member)
    elsewhere.post(reverse("push_devices"), Browser(f"{service}-elsewhere").fields)
    client = signed_in(member)
    client.post(reverse("push_devices"), Browser(service).fields)
    client.post(reverse("account_logout"))
    assert device().endpoint == f"{service}-elsewhere"


@pytest.mark.django_db
def test_nobody_touches_the_device_of_another(signed_in, browser, other_member):
    address = reverse("push_device", args=[device().pk])
    assert signed_in(other_member).delete(address).status_code == 404
    assert signed_in(other_member).post(address).status_code == 404
    assert PushDevice.objects.count() == 1


@pytest.mark.django_db
def test_a_browser_belongs_to_whoever_allowed_it_last(browser, member, other_member):
    actions.allow_device(browser.subscription, by=other_member)
    assert device().member == other_member
    assert Terms.objects.get(member=member).outlets == ""


@pytest.mark.django_db
def test_at_most_ten_devices_are_kept(service, member):
    for number in range(limits.DEVICES_MAX + 2):
        actions.allow_device(Browser(f"{service}{number}").subscription, by=member)
    assert PushDevice.objects.filter(member=member).count() == limits.DEVICES_MAX
    assert not PushDevice.objects.filter(endpoint=f"{service}0").exists()


@pytest.mark.django_db
def test_a_message_to_try_it_is_sent(signed_in, browser, member):
    signed_in(member).post(reverse("push_device", args=[device().pk]))
    greet_devices(member.pk)
    assert "رکاب" in browser.reads(PushService.got[0][2])["title"]


@pytest.mark.django_db
def test_a_message_never_grows_beyond_its_room():
    said = messages.packed(
        title="س" * 5_000, body="ل" * 50_000, url="/t/1", tag="x" * 90, language="fa", seen="s" * 600
    )
    assert len(said) <= limits.PAYLOAD_BYTES_MAX
    assert json.loads(said)["dir"] == "rtl"


@pytest.mark.django_db
def test_opening_a_message_marks_its_notices_as_seen(client, member, other_member):
    now = timezone.now()
    notice = Notice.objects.create(
        member=member, kind="x", subject_kind="t", subject_id="1", url="/t/1", created_at=now, happened_at=now
    )
    foreign = Notice.objects.create(
        member=other_member, kind="x", subject_kind="t", subject_id="1", url="/t/1", created_at=now, happened_at=now
    )
    word = messages.seen_token(member, [notice.pk, foreign.pk])
    assert client.post(reverse("push_seen"), {"seen": word}).status_code == 204
    notice.refresh_from_db()
    foreign.refresh_from_db()
    assert (notice.read_at is not None, foreign.read_at) == (True, None)
    assert client.post(reverse("push_seen"), {"seen": word[:-1] + "!"}).status_code == 404
    assert client.post(reverse("push_seen")).status_code == 404


@pytest.mark.django_db
def test_a_reply_goes_the_whole_way_to_the_device(browser, owner, member, other_member):
    from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts, open_space, open_topic, reply

    topic = open_topic(
        open_space(SpaceFacts("rides", "رکاب‌زنی", "Rides"), by=owner),
        NewTopic("پنج‌شنبه کی می‌آید؟", "بگویید."),
        by=member,
    )
    reply(topic, NewReply("من می‌آیم."), by=other_member)
    drain()
    from patogh.channels.tasks import deliver_due

    deliver_due("push")
    said = browser.reads(PushService.got[0][2])
    assert "رضا" in said["title"]
    assert "من می‌آیم" in said["body"]
    assert said["url"].endswith(f"/t/{topic.pk}/p/2")
