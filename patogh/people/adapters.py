"""Our side of django-allauth: members are made by our actions, words are ours, texts go to our sender."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.stagekit import clear_login, unstash_login
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.core.mail import EmailMessage
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patogh.kit.hooks import plugins
from patogh.people import actions, forms, links, mails, queries, sms, words
from patogh.people.consent.places import sender
from patogh.people.leaving import back
from patogh.people.models import Leaving, Member


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts."""

    error_messages = {**DefaultAccountAdapter.error_messages, **words.FORM_ERRORS}

    def save_user(self, request: HttpRequest, user: Member, form: Form, commit: bool = True) -> Member:  # noqa: ARG002 - allauth's signature
        """Make the member that a sign-up form describes."""
        said = form.cleaned_data
        plugins.hook.joining_from(address=self.get_client_ip(request))
        return actions.join(
            said["name"], handle=said.get("handle") or "", email=said.get("email") or "", phone=said.get("phone") or "",
            password=said.get("password1") or "", age_band=said["age_band"], language=request.viewer.language,  # type: ignore[attr-defined]
        )  # fmt: skip

    def set_password(self, user: Member, password: str) -> None:
        """Set a new password, which ends every session of the member."""
        actions.change_password(user, password, by=user)

    def is_reauthentication_required(self, *, app: str, **_facts: Any) -> bool:
        """Ask once more before something delicate, unless somebody signed in within the last five minutes."""
        return not self.signed_in_just_now() and bool(super().is_reauthentication_required(app=app))

    def signed_in_just_now(self) -> bool:
        """Whether the last sign-in of this session is not older than five minutes."""
        records = get_authentication_records(self.request, self.request.user)
        return bool(records) and time.time() - records[-1]["at"] < account_settings.REAUTHENTICATION_TIMEOUT

    def get_login_stages(self) -> list[str]:
        """Return allauth's stages with ours in place of the one for e-mail: who has only a phone needs no address."""
        ours = "patogh.people.adapters.AddressStage"
        return [ours if path.endswith(".EmailVerificationStage") else path for path in super().get_login_stages()]

    def respond_user_inactive(self, request: HttpRequest, user: Member) -> HttpResponse:
        """Show the way back to somebody who closed the account and proved to be its owner."""
        leaving = Leaving.objects.filter(member=user).first()
        if leaving is not None:
            return redirect("account_back", back.token_for(leaving))
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def pre_login(self, request: HttpRequest, user: Member, **facts: Any) -> HttpResponse | None:
        """Let nobody in who is suspended: the page that the room of trust names says why, until when and how to appeal."""
        refused: HttpResponse | None = super().pre_login(request, user, **facts)
        if refused is None and user.suspended_until is not None and user.suspended_until > timezone.now():
            clear_login(request)
            return redirect(plugins.hook.sign_in_refused(member=user) or "account_login")
        return refused

    def post_login(self, request: HttpRequest, user: Member, *, signup: bool, **facts: Any) -> HttpResponse:
        """Count joining as a sign-in: whoever has just proved an address need not prove it again at once."""
        if signup:
            record_authentication(request, user, method="signup")
        response: HttpResponse = super().post_login(request, user, signup=signup, **facts)
        return response

    def add_message(  # noqa: PLR0917 - allauth's signature
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say in our words what happened; what the page shows anyway is not said twice."""
        text = message or words.said(message_template or "", message_context or {})
        if text:
            messages.add_message(request, level, text, extra_tags=extra_tags)

    @sender(
        "people.account_mail", purpose="service", channel="mail", why="Sign-in codes and changes of one's own account."
    )
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of our letters in the language of whoever has the address."""
        self.render_mail(template_prefix, email, context).send()

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,  # noqa: ARG002 - allauth's signature
    ) -> EmailMessage:
        """Return the letter for one of allauth's mails."""
        kind, to = mails.kind_of(template_prefix), [email] if isinstance(email, str) else email
        member = context.get("user") or _owner_of(to[0])
        leaving = (
            Leaving.objects.filter(member=member).select_related("member").first()
            if kind == "unknown_account"
            else None
        )
        if leaving is not None:  # a closed account counts as none; whoever reads its mail may come back
            return mails.come_back_letter(leaving, back.address(leaving))
        language = member.language if member else self.request.viewer.language
        brand = queries.brand()
        with translation.override(language):
            name = brand.name if language == "fa" else brand.name_en
            letter = mails.LETTERS[kind](
                {**context, **self._facts(kind, to[0], member), "brand": name, "agent": context.get("user_agent", "")}
            )
        return mails.message(letter, language=language, brand=name, sender=self.get_from_email(), to=to)

    def _facts(self, kind: str, email: str, member: Member | None) -> dict[str, Any]:
        """Return the addresses that letters lead to."""
        request: HttpRequest = self.request
        has_link = member is not None and kind in {"login_code", "email_confirmation_signup"}
        return {
            "link": links.address(request, "sign_in_link", links.token_for(member, email))
            if has_link and member
            else "",
            "signup": links.address(request, "account_signup"),
            "signin": links.address(request, "account_login"),
            "security": links.address(request, "settings_security"),
        }

    def phone_form_field(self, **kwargs: Any) -> forms.PhoneField:
        """Return the field that reads numbers as people write them."""
        return forms.PhoneField(**kwargs)

    def generate_phone_verification_code(self, *, user: Member, phone: str) -> str:  # noqa: ARG002 - allauth's signature
        """Return six digits."""
        return get_random_string(6, "0123456789")

    @sender("people.code_sms", purpose="service", channel="sms", why="A code that somebody asked for.")
    def send_verification_code_sms(self, user: Member, phone: str, code: str, **_kwargs: Any) -> None:
        """Send the code; the last line lets phones fill it in for this site (WICG SMS one-time codes)."""
        with translation.override(user.language if user.pk else translation.get_language()):
            text = _("%(code)s is your code for %(brand)s. Give it to nobody.") % {
                "code": code,
                "brand": self._brand_name(),
            }
        sms.sender().send(phone, f"{text}\n\n@{self.request.get_host().partition(':')[0]} #{code}")

    @sender("people.unknown_sms", purpose="service", channel="sms", why="Answers whoever asked for a code.")
    def send_unknown_account_sms(self, phone: str, **_kwargs: Any) -> None:
        """Tell a number that nobody joined with."""
        sms.sender().send(
            phone, _("No account at %(brand)s has this number. You can join with it.") % {"brand": self._brand_name()}
        )

    @sender("people.known_sms", purpose="service", channel="sms", why="Answers whoever tried to join.")
    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell somebody who joins twice."""
        sms.sender().send(
            phone,
            _("You already have an account at %(brand)s with this number. Sign in with it.")
            % {"brand": self._brand_name()},
        )

    def _brand_name(self) -> str:
        return queries.brand().name if translation.get_language() == "fa" else queries.brand().name_en

    def set_phone(self, user: Member, phone: str, verified: bool) -> None:
        """Keep a number."""
        actions.set_phone(user, phone, verified=verified)

    def get_phone(self, user: Member) -> tuple[str, bool] | None:
        """Return the number and whether it is proved."""
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone_verified(self, user: Member, phone: str) -> None:
        """Note that a number was proved."""
        drop_squatted_password(self.request, user)
        actions.confirm_phone(user, phone)

    def get_user_by_phone(self, phone: str) -> Member | None:
        """Return whose number this is."""
        return Member.objects.filter(phone=phone, is_active=True).first()


class AddressStage(EmailVerificationStage):  # type: ignore[misc]
    """Asks for a proved address, unless a proved phone is there and no address."""

    def handle(self) -> tuple[Any, bool]:
        """Go on at once for members who joined by phone."""
        member = self.login.user
        if member is not None and not member.email and member.phone_verified_at is not None:
            return None, True
        return super().handle()  # type: ignore[no-any-return]


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second steps and passkeys."""

    error_messages = {**DefaultMFAAdapter.error_messages, **words.MFA_ERRORS}

    def _get_site_name(self) -> str:
        return queries.brand().name_en or queries.brand().name

    def generate_authenticator_name(self, user: Member, type: Any) -> str:  # noqa: A002, ARG002 - allauth's signature
        """Return the name of a new passkey until its owner gives a better one."""
        return _("Passkey")


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts of an OpenID Connect provider."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": gettext_lazy(
            "An account already has this address. Sign in to it first, then connect %s in your settings."
        ),
    }

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Form | None = None) -> Member:
        """Make the member through our action and connect the outside account to it."""
        member = AccountAdapter(request).save_user(request, sociallogin.user, form)  # type: ignore[arg-type]
        actions.keep_outside_account(sociallogin, member, request)
        return member

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """Return what the provider says of the newcomer."""
        said = sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data)
        return {"name": str(said.get("name") or ""), "email": sociallogin.user.email or ""}


def drop_squatted_password(request: HttpRequest, member: Member) -> None:
    """Forget a password that was set before the address was proved, by whoever typed the address into the sign-up form.

    Nobody has signed in yet, and the one who proves the address now is not in the middle of that same sign-up.
    """
    pending = unstash_login(request, peek=True)
    is_joining = pending is not None and pending.signup and pending.user is not None and pending.user.pk == member.pk
    if member.last_login is None and member.has_usable_password() and not is_joining:
        actions.drop_password(member)


def _owner_of(email: str) -> Member | None:
    """Return whose address this is, a proved owner first."""
    row = EmailAddress.objects.filter(email__iexact=email).select_related("user").order_by("-verified").first()
    return row.user if row else Member.objects.filter(email=email.lower()).first()
