"""Settings of django-allauth: how people sign up and in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from patogh.conf import env

CODE = {"numeric": True, "length": 6, "dashed": False}
CODE_LIFE_S = 15 * 60


def accounts(*, https: bool) -> dict[str, Any]:
    """Return the settings; `https` says whether the public address is secure."""
    return {
        "PHONE_REGION": env.text(
            "PATOGH_PHONE_REGION", "IR", "Country of phone numbers that are written without a country code."
        ),
        "BRAND_ZONE": env.text("PATOGH_ZONE", "Asia/Tehran", "Time zone of readers who are not signed in."),
        "MINOR_AGE": env.number(
            "PATOGH_MINOR_AGE",
            16,
            "Who is younger is a minor: 16 or 18. A minor's place, words and links stay private.",
        ),
        "BRAND_CACHE_S": env.number(
            "PATOGH_BRAND_CACHE_S", 2, "Seconds that a process keeps the brand in memory; 0 reads it on each page."
        ),
        **_entrance(https=https),
        **_codes(),
        **_second_steps(https=https),
        **_outside(),
    }


def _entrance(*, https: bool) -> dict[str, Any]:
    """Return who may come in, how, and with which forms."""
    return {
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "LOGOUT_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "patogh.people.adapters.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "handle",
        "ACCOUNT_LOGIN_METHODS": {"email", "phone", "username"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "phone", "password1"],
        "ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD": "website",
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_MAX_EMAIL_ADDRESSES": 5,
        "ACCOUNT_SESSION_REMEMBER": None,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if https else "http",
        "ACCOUNT_FORMS": {
            "signup": "patogh.people.forms.JoinForm",
            "login": "patogh.people.forms.PasswordForm",
            "request_login_code": "patogh.people.forms.CodeRequestForm",
            "confirm_login_code": "patogh.people.forms.LoginCodeForm",
            "confirm_email_verification_code": "patogh.people.forms.EmailCodeForm",
            "confirm_password_reset_code": "patogh.people.forms.ResetCodeForm",
            "verify_phone": "patogh.people.forms.PhoneCodeForm",
        },
    }


def _codes() -> dict[str, Any]:
    """Return what codes look like and how long they live."""
    return {
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT": CODE,
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT": CODE_LIFE_S,
        "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND": True,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_LOGIN_BY_CODE_ENABLED": True,
        "ACCOUNT_LOGIN_BY_CODE_FORMAT": CODE,
        "ACCOUNT_LOGIN_BY_CODE_TIMEOUT": CODE_LIFE_S,
        "ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND": True,
        "ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED": True,
        "ACCOUNT_PASSWORD_RESET_BY_CODE_CODE_FORMAT": CODE,  # the doubled word is allauth's
        "ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT": CODE_LIFE_S,
        "ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT": CODE,
        "ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND": True,
    }


def _second_steps(*, https: bool) -> dict[str, Any]:
    """Return the settings of authenticator apps, passkeys and recovery codes."""
    return {
        "MFA_ADAPTER": "patogh.people.adapters.MfaAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not https,
        "MFA_FORMS": {
            "authenticate": "patogh.people.forms.SecondFactorForm",
            "activate_totp": "patogh.people.forms.TotpForm",
            "reauthenticate": "patogh.people.forms.SecondFactorAgainForm",
        },
        "MFA_TRUST_COOKIE_AGE": timedelta(days=30),
    }


def _outside() -> dict[str, Any]:
    """Return the settings of the OpenID Connect door."""
    return {
        "SOCIALACCOUNT_ADAPTER": "patogh.people.adapters.SocialAdapter",
        "SOCIALACCOUNT_FORMS": {"signup": "patogh.people.forms.SocialJoinForm"},
        "SOCIALACCOUNT_AUTO_SIGNUP": False,
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": _oidc()}},
    }


def _oidc() -> list[dict[str, Any]]:
    """Return the one OpenID Connect provider that the environment names, or none."""
    server = env.text(
        "PATOGH_OIDC_SERVER",
        "",
        "Address of an OpenID Connect provider (its discovery document is found below it); empty for none.",
    )
    client = env.text("PATOGH_OIDC_CLIENT_ID", "", "Client id at the OpenID Connect provider.")
    secret = env.text("PATOGH_OIDC_SECRET", "", "Client secret at the OpenID Connect provider.")
    name = env.text("PATOGH_OIDC_NAME", "OpenID", "Name of the OpenID Connect provider on the sign-in page.")
    if not server or not client:
        return []
    return [
        {"provider_id": "oidc", "name": name, "client_id": client, "secret": secret, "settings": {"server_url": server}}
    ]
