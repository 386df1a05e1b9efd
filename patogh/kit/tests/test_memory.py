from patogh.kit import memory
from patogh.kit.memory import Remembered


def test_an_answer_is_read_again_when_it_is_old_or_forgotten(monkeypatch):
    now, answers = [100.0], iter(range(9))
    monkeypatch.setattr(memory.time, "monotonic", lambda: now[0])
    asked = Remembered(lambda: next(answers), 5)
    assert [asked(), asked()] == [0, 0]
    now[0] += 5
    assert [asked(), asked()] == [1, 1]
    asked.forget()
    assert asked() == 2


def test_what_is_assumed_stays_until_it_is_forgotten(monkeypatch):
    asked = Remembered(lambda: "read", 5)
    asked.assume("assumed")
    monkeypatch.setattr(memory.time, "monotonic", lambda: 1e12)
    assert asked() == "assumed"
    asked.forget()
    assert asked() == "read"


def test_how_long_may_be_asked_each_time(monkeypatch):
    now, secs, answers = [100.0], [60.0], iter(range(9))
    monkeypatch.setattr(memory.time, "monotonic", lambda: now[0])
    asked = Remembered(lambda: next(answers), lambda: secs[0])
    assert [asked(), asked()] == [0, 0]
    secs[0] = 0.0
    assert [asked(), asked()] == [1, 2]
