"""Pages of those who look after channels. Secrets are written and never shown."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.channels.connectors import queries, receiving, registry, running, trying
from patogh.channels.connectors.actions import dead, leaving, setups
from patogh.channels.connectors.contract import ConnectorError
from patogh.channels.connectors.errors import StillUnreadable, TooManySetups
from patogh.channels.connectors.forms import HaltForm, NameForm, settings_form, words
from patogh.channels.models import Message
from patogh.kit.errors import NotFound
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed

SETUP = "channels.setup"


@require_safe
@allowed(SETUP)
@never_cache
def channel_setups(request: SignedInRequest) -> HttpResponseBase:
    """Show every setup with how it is, and which connectors there are."""
    known = registry.connectors()
    rows = [(row, known.get(row.connector)) for row in queries.setups()]
    facts = {"rows": rows, "connectors": list(known.values()), "halt": queries.halted(), "form": HaltForm()}
    return pages.render(request, "channels/connectors/list.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SETUP)
@never_cache
def channel_add(request: SignedInRequest, connector: str) -> HttpResponseBase:
    """Set a connector up."""
    made = registry.connector(connector)
    posted = request.POST if request.method == "POST" else None
    name, form = (
        NameForm(posted, initial={"setup_name": made.fa if get_language() == "fa" else made.en}),
        settings_form(made, posted),
    )
    if posted is not None and all([name.is_valid(), form.is_valid()]):
        try:
            row = setups.add_setup(connector, words(name, form), by=request.member)
        except TooManySetups as refusal:
            name.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is set up. Try it now."))
            return redirect("channel_setup", row.pk)
    facts = {"connector": made, "name": name, "form": form}
    return pages.render(
        request, "channels/connectors/add.html", facts, status=400 if name.errors or form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SETUP)
@never_cache
def channel_setup(request: SignedInRequest, setup_id: int) -> HttpResponseBase:
    """Show one setup: how it is, its address, its settings; a POST changes them."""
    row = queries.setup(setup_id)
    made = registry.connector(row.connector)
    posted = request.POST if request.method == "POST" else None
    name, form = NameForm(posted, initial={"setup_name": row.name}), settings_form(made, posted, row)
    if posted is not None and all([name.is_valid(), form.is_valid()]):
        setups.edit_setup(row, words(name, form), by=request.member)
        messages.success(request, _("The channel is saved."))
        return redirect("channel_setup", setup_id)
    facts = {
        "setup": row, "connector": made, "name": name, "form": form, "halt": queries.halted(),
        "address": request.build_absolute_uri(running.url_of(row)) if "receive" in made.can else "", "script": request.build_absolute_uri("/chat.js"),
        "beside": made.beside(row),
    }  # fmt: skip
    return pages.render(
        request, "channels/connectors/setup.html", facts, status=400 if name.errors or form.errors else 200
    )


@require_http_methods(["POST", "DELETE"])
@allowed(SETUP)
def channel_switch(request: SignedInRequest, setup_id: int) -> HttpResponseBase:
    """Switch a setup off at once; DELETE switches it on again."""
    row = queries.setup(setup_id)
    if request.method == "POST":
        setups.switch_off(row, by=request.member)
    else:
        setups.switch_on(row, by=request.member)
    return redirect("channel_setup", setup_id)


@require_POST
@allowed(SETUP)
def channel_try(request: SignedInRequest, setup_id: int) -> HttpResponseBase:
    """Try the settings of a setup and say what came of it."""
    try:
        who = trying.try_setup(queries.setup(setup_id), by=request.member)
    except ConnectorError as error:
        messages.error(request, _("It does not work: %(why)s") % {"why": error})
    else:
        messages.success(request, _("It works. There we are %(who)s.") % {"who": who} if who else _("It works."))
    return redirect("channel_setup", setup_id)


@require_http_methods(["POST", "DELETE"])
@allowed(SETUP)
def channel_halt(request: SignedInRequest) -> HttpResponseBase:
    """Stop every channel at once; DELETE lets them work again."""
    form = HaltForm(request.POST)
    if request.method == "POST":
        setups.halt(by=request.member, reason=form.cleaned_data["reason"] if form.is_valid() else "")
    else:
        setups.resume(by=request.member)
    return redirect("channel_setups")


@require_http_methods(["POST", "DELETE"])
@allowed("channels.write")
def channel_message_again(request: SignedInRequest, message_id: int) -> HttpResponseBase:
    """Let a message that was refused, given up, or is unsure leave again; DELETE says that an unsure one arrived."""
    message = Message.objects.filter(pk=message_id).first()
    if message is None or message.setup_id is None:
        raise NotFound
    if request.method == "DELETE":
        leaving.confirm_message(message, by=request.member)
    else:
        leaving.retry_message(message, by=request.member)
    return redirect("channel_talk", message.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SETUP)
@never_cache
def channel_letters(request: SignedInRequest, setup_id: int) -> HttpResponseBase:
    """Show what could not be taken; a POST replays all of it."""
    row = queries.setup(setup_id)
    if request.method == "POST":
        done, left = receiving.replay_all(row, by=request.member)
        messages.info(request, _("Taken: %(done)s. Still not readable: %(left)s.") % {"done": done, "left": left})
        return redirect("channel_letters", setup_id)
    listing = queries.letter_page(row, **_place(request))
    return pages.render(request, "channels/connectors/letters.html", {"setup": row, "rows": listing})


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@allowed(SETUP)
@never_cache
def channel_letter(request: SignedInRequest, letter_id: int) -> HttpResponseBase:
    """Show a dead letter; a POST replays it, DELETE drops it."""
    row = queries.letter(letter_id)
    if request.method == "DELETE":
        dead.drop_letter(row, by=request.member)
    elif request.method == "POST":
        try:
            receiving.replay(row, by=request.member)
        except StillUnreadable as refusal:
            messages.error(request, str(refusal))
            return redirect("channel_letter", letter_id)
        messages.success(request, _("It was taken."))
    else:
        body = bytes(row.body)[:20_000].decode("utf-8", "replace")
        return pages.render(
            request, "channels/connectors/letter.html", {"letter": row, "setup": row.setup, "body": body}
        )
    return redirect("channel_letters", row.setup_id)


@require_safe
@allowed("persons.see")
@never_cache
def channel_file(request: SignedInRequest, attachment_id: int) -> HttpResponseBase:  # noqa: ARG001 - the right is all that is asked
    """Hand a file of a message to somebody of the team: always as a download, never shown by the browser."""
    row = queries.attachment(attachment_id)
    try:
        file = default_storage.open(row.file)
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(file, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _place(request: SignedInRequest) -> dict[str, str | None]:
    return {name: request.GET.get(name) for name in ("after", "before")}
