"""Forms of this room, and ours in place of django-allauth's: one field for address or number, digits of any script."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.socialaccount import forms as social
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from patogh.kit import limits, persian
from patogh.kit.errors import PatoghError
from patogh.people import phones
from patogh.people.actions.joining import chosen_handle, cleaned_name
from patogh.people.models import Member

AGES = [("adult", _("18 or older")), ("16to17", _("16 or 17")), ("under16", _("under 16"))]
REQUIRED = {"required": _("This cannot stay empty.")}


class PhoneField(forms.CharField):
    """A phone number as people write it, cleaned to E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def clean(self, value: Any) -> str:
        """Return the number in its stored form, or an empty string."""
        written = super().clean(value)
        return _ours(phones.normalised, written) if written else ""


class CodeMixin(forms.Form):
    """A code typed in Persian, Arabic or Latin digits, with or without spaces."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            data: Any = self.data
            self.data = data = data.copy()
            typed = str(data.get("code", ""))[:40]
            data["code"] = "".join(persian.digits_en(persian.chars(typed)).split())
        self.fields["code"].error_messages = {**self.fields["code"].error_messages, **REQUIRED}


class LoginCodeForm(CodeMixin, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that signs in."""


class EmailCodeForm(CodeMixin, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """The code that proves an address."""


class ResetCodeForm(CodeMixin, account.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    """The code for a new password."""


class PhoneCodeForm(CodeMixin, account.VerifyPhoneForm):  # type: ignore[misc]
    """The code that proves a number."""


class SecondFactorForm(CodeMixin, mfa.AuthenticateForm):  # type: ignore[misc]
    """The code of the second step."""


class SecondFactorAgainForm(CodeMixin, mfa.ReauthenticateForm):  # type: ignore[misc]
    """The code of the second step, asked again before something delicate."""


class TotpForm(CodeMixin, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""


class ContactMixin(forms.Form):
    """One field, `contact`, for an e-mail address or a mobile number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args:
            kwargs["data"], args = args[0], args[1:]
        if kwargs.get("data") is not None:
            kwargs["data"] = _with_contact(kwargs["data"])
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["phone"].required = False
        self.fields["contact"] = forms.CharField(
            max_length=254, label=_("E-mail or mobile number"), error_messages=REQUIRED
        )

    def clean(self) -> dict[str, Any]:
        """Show what is wrong with the address or number at the one field that was filled in."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("email", "phone"):
            if name in self.errors:
                sentence = _(
                    "This is neither an e-mail address nor a phone number we can read. "
                    "Examples: mina@example.org, 09131234567"
                )
                is_form = name == "email" and self.has_error("email", "invalid")
                faults = [sentence] if is_form else list(self.errors[name])
                del self.errors[name]
                for fault in faults:
                    self.add_error("contact", fault)
        return cleaned


class CodeRequestForm(ContactMixin, account.RequestLoginCodeForm):  # type: ignore[misc]
    """Where the sign-in code should go."""


class PasswordForm(account.LoginForm):  # type: ignore[misc]
    """Signing in with a password; a number may be written as people write it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages = {**field.error_messages, **REQUIRED}

    def clean_login(self) -> str:
        """Return the address, number or handle in its stored form."""
        login = persian.digits_en(str(super().clean_login())).lstrip("@")
        if phones.looks_like_one(login):
            return _ours(phones.normalised, login)
        return login.lower()


class NewcomerMixin(forms.Form):
    """What everybody who joins is asked: a name, an age band, and a handle if they like."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            max_length=200, label=_("Your name"), error_messages=REQUIRED, initial=self.initial.get("name")
        )
        self.fields["handle"] = forms.CharField(max_length=31, required=False, label=_("Handle"))
        self.fields["age_band"] = forms.ChoiceField(
            choices=AGES, widget=forms.RadioSelect, label=_("Your age"), error_messages=REQUIRED
        )

    def clean_name(self) -> str:
        """Return the name without invisible characters."""
        return _ours(cleaned_name, self.cleaned_data["name"])

    def clean_handle(self) -> str:
        """Return a free handle, or nothing."""
        wished = self.cleaned_data.get("handle") or ""
        return _ours(chosen_handle, wished) if wished else ""


class JoinForm(NewcomerMixin, ContactMixin, account.SignupForm):  # type: ignore[misc]
    """Joining by address or number, with a password for those who want one."""


class SocialJoinForm(NewcomerMixin, social.SignupForm):  # type: ignore[misc]
    """Joining with an outside account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("phone", None)


class ProfileForm(forms.Form):
    """What others read about a member."""

    name = forms.CharField(max_length=200, label=_("Name"), error_messages=REQUIRED)
    bio = forms.CharField(max_length=400, required=False, widget=forms.Textarea, label=_("A few words about you"))
    place = forms.CharField(max_length=60, required=False, label=_("Place"))
    links = forms.CharField(max_length=1000, required=False, widget=forms.Textarea, label=_("Links, one a line"))


class BrandForm(forms.Form):
    """What the brand says of itself."""

    name = forms.CharField(max_length=40, label=_("Name of the brand"), error_messages=REQUIRED)
    name_en = forms.CharField(max_length=40, required=False, label=_("Name in English"))
    tagline = forms.CharField(max_length=160, required=False, label=_("One sentence about the place"))
    tagline_en = forms.CharField(max_length=160, required=False, label=_("The same in English"))
    colour = forms.CharField(max_length=7, required=False, label=_("Colour"))
    language = forms.ChoiceField(choices=Member.LANGUAGES, label=_("Language of the place"))
    logo = forms.FileField(required=False, label=_("Logo"))

    def clean_logo(self) -> bytes:
        """Return the bytes of the file; what they are is judged by kit.pictures."""
        return _read(self.cleaned_data.get("logo"))


class WelcomeForm(BrandForm):
    """The first run: the brand and its first owner."""

    owner_name = forms.CharField(max_length=200, label=_("Your name"), error_messages=REQUIRED)
    owner_email = forms.EmailField(
        label=_("Your e-mail address"),
        error_messages={**REQUIRED, "invalid": _("This is not an e-mail address. An example: mina@example.org")},
    )
    owner_password = forms.CharField(
        min_length=10,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        label=_("A password, 10 characters or more"),
        error_messages={**REQUIRED, "min_length": _("At least 10 characters, please.")},
    )


class RoleForm(forms.Form):
    """Who gets which role."""

    handle = forms.CharField(max_length=31, label=_("Handle"))
    role = forms.CharField(max_length=20, label=_("Role"))
    title = forms.CharField(max_length=60, required=False, label=_("Title beside the name"))


def picture_of(uploaded: Any) -> bytes:
    """Return the bytes of an uploaded picture, read no further than the limit says."""
    return _read(uploaded)


def _read(uploaded: Any) -> bytes:
    return bytes(uploaded.read(limits.PICTURE_BYTES_MAX + 1)) if uploaded else b""


def _ours(judge: Any, value: str) -> str:
    """Return what one of our own judges makes of a value, its refusal turned into a form's."""
    try:
        return str(judge(value))
    except PatoghError as error:
        raise ValidationError(str(error)) from error


def _with_contact(data: Any) -> Any:
    """Return a copy of a form's data in which `contact` stands as e-mail address or phone number."""
    data = data.copy()
    contact = str(data.get("contact", "")).strip()
    if contact:
        data["phone" if phones.looks_like_one(contact) else "email"] = persian.digits_en(contact)
    elif data.get("email") or data.get("phone"):
        data["contact"] = data.get("email") or data.get("phone")
    return data


class LeavingForm(forms.Form):
    """Closing one's account: one's own handle typed as a deliberate act, and whether the words go too."""

    handle = forms.CharField(label=_("Your handle, to be sure"), max_length=limits.HANDLE_CHARS_MAX + 1)
    with_text = forms.BooleanField(label=_("Also empty the words of my posts"), required=False)

    def __init__(self, data: Any = None, *, handle: str) -> None:
        super().__init__(data)
        self.expected = handle

    def clean_handle(self) -> str:
        """Refuse any handle but one's own."""
        typed = persian.digits_en(str(self.cleaned_data["handle"]).strip().lstrip("@")).lower()
        if typed != self.expected:
            raise forms.ValidationError(_("This is not your handle."))
        return typed
