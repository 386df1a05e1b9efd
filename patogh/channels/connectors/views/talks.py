"""What came and left, as conversations, and answering them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patogh.channels.connectors import queries, sending, talks
from patogh.channels.connectors.actions import seeing, silencing
from patogh.channels.connectors.errors import CannotWrite
from patogh.channels.connectors.forms import AnswerForm
from patogh.channels.connectors.talks import Talk
from patogh.kit import ids
from patogh.kit.errors import PatoghError
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.people.queries import may

WRITE = "channels.write"


@require_safe
@allowed(WRITE)
@never_cache
def channel_talks(request: SignedInRequest, setup_id: int | None = None) -> HttpResponseBase:
    """Show the conversations of one channel, or of all."""
    row = queries.setup(setup_id) if setup_id is not None else None
    thread = request.GET.get("thread", "").replace("\0", "")
    found = talks.newest_of(row, thread) if row is not None and thread else None
    if found is not None:
        return redirect("channel_talk", found.pk)
    listing = talks.talk_page(row, **_place(request))
    faces = talks.faces(listing.items, get_language() or "fa")
    facts = {
        "setup": row, "rows": listing, "faces": faces, "rules": may(request.member, "channels.setup"),
        "unread": talks.unread(listing.items, request.member), "live_channels": [talks.LIVE],
    }  # fmt: skip
    return pages.render(request, "channels/connectors/talks.html#rows", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(WRITE)
@never_cache
def channel_talk(request: SignedInRequest, message_id: int) -> HttpResponseBase:
    """Show one conversation; a POST answers it."""
    talk = talks.talk(message_id)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"key": ids.token(20)})
    if request.method == "POST" and form.is_valid():
        try:
            _answer(talk, form.cleaned_data, request)
        except PatoghError as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("The answer is on its way."))
            return redirect("channel_talk", message_id)
    said = talks.said_page(talk, **_place(request))
    facts = {
        "talk": talk, "setup": talk.setup, "said": said, "form": form, "rules": may(request.member, "channels.setup"),
        "faces": talks.faces([*said.items, *([talk.asked] if talk.asked else [])], get_language() or "fa"),
        "live_channels": [talks.LIVE], "name": talks.name_of(talk.newest),
    }  # fmt: skip
    _seen(talk, request)
    return pages.render(request, "channels/connectors/talk.html#lines", facts, status=400 if form.errors else 200)


@require_http_methods(["POST", "DELETE"])
@allowed(WRITE)
def channel_silence(request: SignedInRequest, message_id: int) -> HttpResponseBase:
    """No longer hear whoever writes in a conversation; DELETE hears them again."""
    talk = talks.talk(message_id)
    if talk.identity is None:
        raise CannotWrite
    if request.method == "POST":
        silencing.silence(talk.setup, talk.identity, by=request.member)
    else:
        silencing.hear_again(talk.setup, talk.identity, by=request.member)
    return redirect("channel_talk", message_id)


def _seen(talk: Talk, request: SignedInRequest) -> None:
    """Note that a conversation was read to its end, and with it the notice about it."""
    if request.method == "GET" and not any(_place(request).values()):
        seeing.note_seen(talk.setup, talks.name_of(talk.newest), talk.newest.pk, by=request.member)
        if talk.setup.connector == "chat":
            root = talks.first_of(talk.newest)
            seeing.read_notice("channels.chat_written", "channels.message", str(root.pk), by=request.member)


def _answer(talk: Talk, said: dict[str, str], request: SignedInRequest) -> None:
    """Write an answer, once for each form that was opened."""
    if talk.identity is None or not talk.can_answer:
        raise CannotWrite
    sending.write(
        talk.setup, talk.identity, said["text"], purpose="service", by=request.member, thread=talk.newest.thread,
        reply_to=talk.reply_to, subject=talk.asked.subject if talk.asked is not None else "",
        key=f"answer:{request.member.pk}:{said['key'] or ids.token(20)}",
    )  # fmt: skip


def _place(request: SignedInRequest) -> dict[str, str | None]:
    return {name: request.GET.get(name) for name in ("after", "before")}
