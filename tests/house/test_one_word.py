"""One English sentence has one Persian one: catalogues are laid over each other, so the room that stands first speaks for all."""

from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings

ROOMS = Path(__file__).parents[2] / "patogh"


def test_rooms_do_not_say_the_same_words_differently():
    first: dict[str, tuple[str, str]] = {}
    apart: list[str] = []
    for room in [app.removeprefix("patogh.") for app in settings.INSTALLED_APPS if app.startswith("patogh.")]:
        path = ROOMS / room / "locale/fa/LC_MESSAGES/django.po"
        for message in read_po(path.open("rb"), locale="fa") if path.exists() else ():
            said = message.string if isinstance(message.string, str) else message.string[0]
            words = message.id if isinstance(message.id, str) else message.id[0]
            if not words or not said:
                continue
            whose, before = first.setdefault(f"{message.context or ''}|{words}", (room, said))
            if before != said:
                apart.append(
                    f"{room}: {words!r} is shown as {before!r} ({whose}), not {said!r}: use other English words"
                )
    assert not apart, "\n".join(sorted(apart))
