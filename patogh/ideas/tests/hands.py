"""Forty hands at once, for what has to happen once."""

import threading
from collections import Counter

from django.db import connections

from patogh.kit.errors import PatoghError

HANDS = 40


def at_once(deed) -> Counter:
    """Let HANDS threads do `deed(number)` at the same moment; returns how each of them ended."""
    ended, gate = Counter(), threading.Barrier(HANDS)

    def hand(number: int) -> None:
        gate.wait(timeout=30)
        try:
            deed(number)
            ended["done"] += 1
        except PatoghError as refusal:
            ended[refusal.code] += 1
        except Exception as error:
            ended[repr(error)] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand, args=(number,)) for number in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ended
