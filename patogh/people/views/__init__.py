"""Pages of people."""

from patogh.people.views.consents import (
    consent_ask,
    consent_confirm,
    consent_link,
    consent_link_receipt,
    consent_receipt,
    consent_receipt_json,
    consent_receipt_keys,
    consent_settings,
)
from patogh.people.views.entrance import demo_sign_in, kept, sign_in_link, too_many, welcome
from patogh.people.views.leaving import account_back, data_copy, settings_data, settings_leaving
from patogh.people.views.mine import (
    claim,
    me,
    notice_read,
    notices,
    settings_avatar,
    settings_profile,
    settings_reading,
    settings_security,
)
from patogh.people.views.profiles import follow, members, picture, profile
from patogh.people.views.team import team_brand, team_role, team_roles
from patogh.people.views.team_consent import (
    team_consent,
    team_consent_copies,
    team_consent_files,
    team_consent_texts,
)

__all__ = [
    "account_back",
    "claim",
    "consent_ask",
    "consent_confirm",
    "consent_link",
    "consent_link_receipt",
    "consent_receipt",
    "consent_receipt_json",
    "consent_receipt_keys",
    "consent_settings",
    "data_copy",
    "demo_sign_in",
    "follow",
    "kept",
    "me",
    "members",
    "notice_read",
    "notices",
    "picture",
    "profile",
    "settings_avatar",
    "settings_data",
    "settings_leaving",
    "settings_profile",
    "settings_reading",
    "settings_security",
    "sign_in_link",
    "team_brand",
    "team_consent",
    "team_consent_copies",
    "team_consent_files",
    "team_consent_texts",
    "team_role",
    "team_roles",
    "too_many",
    "welcome",
]
