"""A receiver on this machine that answers as it is told, and an endpoint for it."""

import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.api.models import WebhookDelivery, WebhookEndpoint
from patogh.api.webhooks import actions, wanted
from patogh.api.webhooks.actions import EndpointWords
from patogh.hangout import actions as hangout
from patogh.hangout.pace import forget_pace


class Receiver(BaseHTTPRequestHandler):
    """Writes down what it is sent and answers with the next of `answers`, else with 204."""

    got: list[tuple[dict[str, str], bytes]] = []
    answers: list[tuple[int, dict[str, str], bytes]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status, headers, said = self.answers.pop(0) if self.answers else (204, {}, b"")
        if status == 0:  # takes it, and the answer is lost
            self.connection.close()
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(said)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_args):
        """Keep quiet."""


@pytest.fixture(autouse=True)
def _fresh():
    """Let no test remember what another wanted."""
    forget_pace()
    wanted.forget()
    yield
    wanted.assume_none()


@pytest.fixture
def receiver(settings):
    """The receiver; the operator named its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.got, Receiver.answers = [], []
    Receiver.url = f"http://127.0.0.1:{server.server_port}/in"
    settings.WEBHOOKS_INSIDE = f"127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield Receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def endpoint(owner, receiver) -> WebhookEndpoint:
    """An endpoint for all that is public."""
    return actions.add_endpoint(EndpointWords(receiver.url, "hangout.*"), by=owner)


@pytest.fixture
def space(owner):
    """Repairs, open to everybody."""
    return hangout.open_space(hangout.SpaceFacts("repair", "تعمیر"), by=owner)


@pytest.fixture
def topic(space, member):
    """A topic from before anybody listened."""
    return hangout.open_topic(space, hangout.NewTopic("توپی تق‌تق می‌کند", "صدا می‌دهد."), by=member)


def told():
    """Let the worker work until nothing is due."""
    drain()


def make_due(**days):
    """Let time pass: whatever waits is due now, and what lies back lies further back."""
    WebhookDelivery.objects.filter(state="waiting").update(due_at=timezone.now())
    WebhookEndpoint.objects.update(hold_until=None)
    if days:
        since = timezone.now() - dt.timedelta(**days)
        WebhookEndpoint.objects.exclude(failing_since=None).update(failing_since=since)
    actions.queue_turns(list(WebhookEndpoint.objects.values_list("pk", flat=True)))
    drain()
