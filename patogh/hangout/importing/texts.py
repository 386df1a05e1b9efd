"""Turning bodies into texts that can be stored, here or in other processes: it takes longer than anything else."""

from __future__ import annotations

import multiprocessing
import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from patogh.kit.markup import Rendered

POSTS_FOR_PROCESSES_MIN: Final = 4_000
_BODIES_A_TASK: Final = 50


@dataclass(frozen=True, slots=True)
class Text:
    """A body in our Markdown with what is made of it and the words it is found by, or why it cannot be kept."""

    markdown: str
    rendered: Rendered | None
    why: str = ""
    words: str = ""


Markdown = Callable[[str], str]
Texts = Callable[[Sequence[str]], Iterator[Text]]


@contextmanager
def maker(markdown: Markdown, posts: int) -> Iterator[Texts]:
    """Give a function from bodies to texts; for many posts it works ahead in as many processes as there are cores."""
    make = partial(text_of, markdown)
    if posts < POSTS_FOR_PROCESSES_MIN or (os.cpu_count() or 1) < 2:
        yield lambda bodies: map(make, bodies)
        return
    spawning = multiprocessing.get_context("spawn")  # a fork would inherit the writer thread's locks
    with ProcessPoolExecutor(min(8, os.cpu_count() or 1), mp_context=spawning, initializer=_start) as pool:
        yield lambda bodies: pool.map(make, bodies, chunksize=_BODIES_A_TASK)


def text_of(markdown: Markdown, body: str) -> Text:
    """Make a body ready to show, or say why it cannot be kept; no body stops an import."""
    from patogh.kit import limits, markup  # the settings have to be there first, see _start
    from patogh.search.tokens import text_tokens

    try:
        words = (
            unicodedata.normalize("NFC", markup.readable(markdown(body)))
            if len(body) <= 8 * limits.POST_TEXT_CHARS_MAX
            else body
        )
        if not words.strip():
            return Text("", None, "nothing readable in its text")
        rendered = markup.render(words)
    except markup.TextTooLong:
        return Text("", None, f"its text has more than {limits.POST_TEXT_CHARS_MAX:,} characters")
    except RecursionError:
        return Text("", None, "its text is nested too deeply")
    if not rendered.text.strip() and not rendered.pictures:
        return Text("", None, "nothing readable in its text")
    return Text(words, rendered, words=" ".join(text_tokens(rendered.text)))


def _start() -> None:
    """Load the settings in a new process, before the limits that hang on them."""
    from django.conf import settings

    bool(settings.INSTALLED_APPS)
