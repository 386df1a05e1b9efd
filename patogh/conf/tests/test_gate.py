import io
import threading

import pytest

from patogh.conf import gate
from patogh.conf.gate import Gate


def app(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def asked(door: Gate, body: bytes = b"", **more) -> tuple[str, bytes, dict]:
    said = {}

    def start_response(status, headers):
        said.update(status=status, headers=dict(headers))

    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), **more}
    answer = b"".join(door(environ, start_response))
    return said["status"], answer, said["headers"]


def test_a_body_arrives_whole():
    assert asked(Gate(app), b"salaam" * 100_000)[:2] == ("200 OK", b"salaam" * 100_000)


def test_a_body_without_a_length_arrives_whole():
    assert asked(Gate(app), b"chunks", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")[1] == b"chunks"


@pytest.mark.parametrize("length", ["", "6"])
def test_a_body_that_is_too_large_is_refused(monkeypatch, length):
    monkeypatch.setattr(gate, "BODY_BYTES_MAX", 5)
    assert asked(Gate(app), b"salaam", CONTENT_LENGTH=length, HTTP_TRANSFER_ENCODING="chunked")[0].startswith("413")


def test_too_many_slow_bodies_are_told_to_come_back():
    status, _, headers = asked(Gate(app, reading_max=0), b"x")
    assert status.startswith("503")
    assert headers["Retry-After"] == "5"


def test_requests_without_a_body_pass_beside_slow_bodies():
    assert asked(Gate(app, reading_max=0))[0] == "200 OK"


def test_only_so_many_run_at_once_and_each_place_is_given_back(monkeypatch):
    monkeypatch.setattr(gate, "WAIT_S_MAX", 0.01)
    inside, leave = threading.Event(), threading.Event()

    def slow(environ, start_response):
        inside.set()
        leave.wait(10)
        return app(environ, start_response)

    door = Gate(slow, running_max=1)
    first = threading.Thread(target=asked, args=(door,))
    first.start()
    inside.wait(10)
    assert asked(door)[0].startswith("503")
    leave.set()
    first.join()
    assert asked(door)[0] == "200 OK"


def test_an_error_gives_the_place_back():
    def failing(environ, start_response):
        raise ValueError

    door = Gate(failing, running_max=1)
    for _ in range(3):
        with pytest.raises(ValueError):
            asked(door)
