"""The public clients, unchanged, over the wire: they only hear another host."""

import json
import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections

from patogh.activity.models import Activity
from patogh.persons.models import Trait


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def house(db) -> Iterator[str]:
    """Serve the application itself on this machine, over the test's own connection; yields its address."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    connection = connections["default"]
    connection.inc_thread_sharing()
    application = get_wsgi_application()

    def shared(environ, start_response):
        connections["default"] = connection
        return application(environ, start_response)

    server = make_server("127.0.0.1", 0, shared, WSGIServer, Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    connection.dec_thread_sharing()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def speak(client) -> None:
    """Say everything that the specification knows, as a program would."""
    client.identify("u-17", {"plan": "pro", "email": "mina@example.net"})
    client.track("u-17", "Asked for help", {"about": "ترمز"})
    client.page("u-17", "Docs", "Home", {"url": "https://a.example/"})
    client.screen("u-17", "App", "Start")
    client.group("u-17", "club-1", {"name": "رکاب"})
    client.alias("u-16", "u-17")
    client.flush()


def heard() -> list[str]:
    rows = Activity.objects.filter(source__startswith="intake:").order_by("pk").values_list("verb", flat=True)
    return sorted(one.removeprefix("persons.") for one in rows)


EVERYTHING = ["alias_said", "event_tracked", "group_joined", "page_viewed", "page_viewed", "traits_said"]


@pytest.mark.enable_socket
@pytest.mark.parametrize("packed", [False, True])
def test_segments_python_client_is_heard(house, server, packed):
    from segment.analytics.client import Client

    wrong: list[object] = []
    client = Client(server.key, host=house, sync_mode=True, gzip=packed, on_error=lambda error, _: wrong.append(error))
    speak(client)
    assert (heard(), wrong) == (EVERYTHING, [])
    assert dict(Trait.objects.values_list("name", "value")) == {"plan": "pro", "email": "mina@example.net"}


@pytest.mark.enable_socket
def test_segments_python_client_hears_why_it_was_refused(house, server):
    from segment.analytics.client import Client
    from segment.analytics.request import APIError

    with pytest.raises(APIError) as refusal:
        Client("wrong", host=house, sync_mode=True, max_retries=0).track("u-17", "Asked")
    assert (refusal.value.status, refusal.value.code) == (401, "write_key_unknown")


@pytest.mark.enable_socket
def test_rudderstacks_python_client_is_heard(house, server):
    from rudderstack.analytics.client import Client

    speak(Client(server.key, host=house, sync_mode=True, gzip=False))
    assert heard() == EVERYTHING


def test_what_analytics_js_sends_is_read(server):
    body = {
        "timestamp": "2026-11-23T09:30:00.000Z", "integrations": {}, "anonymousId": "3f2b8c1e-6f0a-4c55-9d0e-7a1b2c3d4e5f", "event": "Asked", "type": "track",
        "properties": {}, "context": {"page": {"path": "/"}, "userAgent": "x"}, "messageId": "ajs-next-1", "writeKey": server.key, "userId": None,
        "sentAt": "2026-11-23T09:30:01.000Z", "_metadata": {"bundled": []},
    }  # fmt: skip
    answer = server.raw("t", json.dumps(body).encode(), key="", kind="text/plain")
    assert answer.json()["accepted"] == 1
