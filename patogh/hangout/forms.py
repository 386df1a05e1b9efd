"""Forms of the hangout: they read what was typed, in any digits, and give every character back when something is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patogh.hangout.actions import NewPoll, NewTopic, SpaceFacts
from patogh.hangout.errors import BadPoll, NoSuchSpace
from patogh.hangout.models import Space
from patogh.kit import calendar, limits, persian
from patogh.kit.calendar import Viewer
from patogh.kit.errors import PatoghError
from patogh.kit.pictures import PictureRefused

REQUIRED = {"required": _("This cannot stay empty.")}
KINDS = [
    ("discussion", _("Talk")),
    ("question", _("Question")),
    ("show", _("A show")),
    ("notice", _("Notice of the team")),
]
COLOURS = [
    ("fir", _("Firoozeh")), ("saf", _("Saffron")), ("laj", _("Lajvard")), ("pes", _("Pistachio")), ("anar", _("Pomegranate")), ("ink", _("Ink")),
]  # fmt: skip
ACCESS = [
    ("public", _("Everybody reads, members write")),
    ("members", _("Members only")),
    ("private", _("Only those who are let in")),
]
OPTION_FIELDS = 4


class LongText(forms.CharField):
    """A text kept as typed: the action checks and renders it, so that its refusals are the same everywhere."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, required=False, **options)
        self.validators = []


class TopicForm(forms.Form):
    """A new topic."""

    kind = forms.CharField(required=False, label=_("What is it?"))
    space = forms.CharField(required=False, label=_("Space"))
    title = forms.CharField(required=False, strip=False, label=_("Title"))
    text = LongText(label=_("Text"))
    tags = forms.CharField(required=False, strip=False, label=_("Tags"))
    promised_on = forms.CharField(required=False, label=_("Promised for"))
    poll_question = forms.CharField(required=False, strip=False, label=_("Question of the poll"))
    poll_multiple = forms.BooleanField(required=False, label=_("More than one choice is fine"))
    poll_sealed = forms.BooleanField(
        required=False, label=_("Anyone can recount it: members enrol first, and votes are sealed in the browser")
    )
    key = forms.CharField(required=False)

    def __init__(self, data: QueryDict | None = None, *, viewer: Viewer, **options: Any) -> None:
        super().__init__(data, **options)
        self.viewer = viewer
        self.options = (
            [text[:200] for text in data.getlist("option")[: limits.POLL_CHOICES_MAX]] if data is not None else []
        )
        for field in self.fields.values():
            field.validators = [one for one in field.validators if not isinstance(one, ProhibitNullCharactersValidator)]

    def said(self) -> NewTopic:
        """Return what was typed as the action takes it; raises BadPoll or BadDate."""
        typed = self.cleaned_data
        kind = typed["kind"] or "discussion"
        promised = typed["promised_on"].strip() if kind == "notice" else ""
        today = calendar.local_day(timezone.now(), self.viewer)
        return NewTopic(
            typed["title"], typed["text"], kind, tags=tuple(split_tags(typed["tags"])), poll=self._poll(typed),
            promised_on=calendar.parse_date(promised, self.viewer, today) if promised else None, key=typed["key"] or None,
        )  # fmt: skip

    def _poll(self, typed: dict[str, Any]) -> NewPoll | None:
        """Return the poll, or None where nothing of one was filled in."""
        options = tuple(text for text in self.options if text.strip())
        if not options and not typed["poll_question"].strip():
            return None
        if not typed["poll_question"].strip():
            raise BadPoll(most=limits.POLL_CHOICES_MAX)
        return NewPoll(typed["poll_question"], options, typed["poll_multiple"], is_sealed=typed["poll_sealed"])

    def refuse(self, refusal: PatoghError) -> None:
        """Put a refusal beside the field that it is about."""
        field = getattr(refusal, "field", "") or {"text_too_long": "text", "bad_date": "promised_on"}.get(
            refusal.code, ""
        )
        self.add_error(field if field in self.fields else None, str(refusal))

    @property
    def option_fields(self) -> list[str]:
        """The poll's options as typed, with empty ones to fill in."""
        return [*self.options, *[""] * max(2, OPTION_FIELDS - len(self.options))][: limits.POLL_CHOICES_MAX]


class SpaceForm(forms.Form):
    """A space."""

    name = forms.CharField(max_length=60, label=_("Name"), error_messages=REQUIRED)
    name_en = forms.CharField(max_length=60, required=False, label=_("Name in English"))
    slug = forms.CharField(
        max_length=40,
        label=_("Address"),
        help_text=_("Small Latin letters, digits and hyphens, for example “repair”."),
        error_messages=REQUIRED,
    )
    about = forms.CharField(max_length=300, required=False, widget=forms.Textarea, label=_("What is it about?"))
    about_en = forms.CharField(
        max_length=300, required=False, widget=forms.Textarea, label=_("What is it about, in English")
    )
    colour = forms.ChoiceField(choices=COLOURS, label=_("Colour"))
    access = forms.ChoiceField(choices=ACCESS, label=_("Who may enter?"))
    position = forms.CharField(
        max_length=6, label=_("Place in the order"), help_text=_("A number; the smallest comes first."), initial="100"
    )

    def clean_position(self) -> int:
        """Read the number in any digits."""
        typed = persian.digits_en(self.cleaned_data["position"]).strip()
        if not typed.isascii() or not typed.isdigit():
            raise forms.ValidationError(_("Please give a number, for example 10."))
        return int(typed)

    def facts(self) -> SpaceFacts:
        """Return what was typed as the action takes it."""
        return SpaceFacts(**self.cleaned_data)


def split_tags(typed: str) -> list[str]:
    """Return the tags of one field, separated by commas of either language."""
    return [name.strip() for name in typed[:600].replace("،", ",").replace("\n", ",").split(",") if name.strip()]


def chosen_space(spaces: Iterable[Space], slug: str) -> Space:
    """Return the space with this address among those one may write in; raises NoSuchSpace."""
    for space in spaces:
        if space.slug == slug:
            return space
    raise NoSuchSpace


def whole(typed: str | None) -> int | None:
    """Return a whole number typed in any digits, or None for anything else."""
    text = persian.digits_en(typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def bytes_of(file: UploadedFile[Any] | list[object] | None) -> bytes:
    """Return the bytes of an uploaded picture, one more than the limit at most; raises PictureRefused where there is none."""
    if not isinstance(file, UploadedFile):
        raise PictureRefused
    data: bytes = file.read(limits.PICTURE_BYTES_MAX + 1)
    return data
