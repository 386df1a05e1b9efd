"""What belongs to single members of the town: devices, copies, consents, second steps, ways back."""

import hashlib

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from patogh.channels.push import actions as push
from patogh.conftest import made_member
from patogh.people import consent
from patogh.people.actions import close_account, stage_member
from patogh.people.consent import links
from patogh.people.leaving import back, parcels
from patogh.people.models import DataCopy, Member, Notice, RoleGrant, StagedMember
from tests.house.access import CANARY


def second_steps(member: Member) -> None:
    """Give a member an authenticator app and recovery codes."""
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(member)


def personal(whose: Member, other: Member, key: str) -> dict:
    """Make what belongs to one member alone."""
    now = timezone.now()
    notice = Notice.objects.create(
        member=whose,
        kind="people.follow",
        subject_kind="people.member",
        subject_id=str(other.pk),
        actor=other,
        url=other.url,
        created_at=now,
        happened_at=now,
    )
    passkey = Authenticator.objects.create(
        user=whose, type=Authenticator.Type.WEBAUTHN, data={"name": f"کلید {whose.handle}", "credential": credential()}
    )
    staged = stage_member("coffee", key, "Guest", whose.email)
    address = whose.identity.person.identities.create(kind="email", value=whose.email, verified_at=now)
    said = {"words": "خبرها را بفرستید", "method": "settings", "language": "fa"}
    agreed = [consent.give(one, "news", "mail", by=whose, **said) for one in (whose.identity, address)]
    grant = RoleGrant.objects.create(member=made_member(f"helper_{key}", "یاور", "analyst"), role="finance")
    device = push.allow_device(push.Subscription(f"https://8.8.8.8/{key}", "p", "a"), by=whose)
    copy = DataCopy.objects.create(member=whose, state="ready", token=f"copy-of-{key}-data", asked_at=now, ready_at=now)
    parcels.path_of(copy.token).parent.mkdir(parents=True, exist_ok=True)
    parcels.path_of(copy.token).write_bytes(CANARY.encode())
    return {
        "copy_id": copy.pk,
        "receipt": agreed[0].receipt,
        "consent.token": links.token(address),
        "consent.receipt": agreed[1].receipt,
        "device_id": device.pk,
        "notice_id": notice.pk,
        "pk": passkey.pk,
        "staged_id": StagedMember.objects.get(member=staged).pk,
        "grant_id": grant.pk,
        "handle": other.handle,
    }


def closed_account() -> Member:
    """Somebody whose account is closed."""
    gone = made_member("gone_away", "رفته")
    Member.objects.filter(pk=gone.pk).update(is_active=False)
    return gone


def way_back() -> str:
    """The token of somebody who closed the account and may come back."""
    gone = made_member("on_the_way", "در راه")
    return back.token_for(close_account(by=gone))


def credential() -> dict:
    """What a security key answers when it is added."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    data = AuthenticatorData.create(
        hashlib.sha256(b"testserver").digest(),
        AuthenticatorData.FLAG.AT,
        0,
        AttestedCredentialData.create(Aaguid.NONE, b"0" * 16, key),
    )
    spoken = {
        "clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"eA","origin":"http://testserver"}'),
        "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
    }
    return {
        "id": websafe_encode(b"0" * 16),
        "rawId": websafe_encode(b"0" * 16),
        "type": "public-key",
        "response": spoken,
        "clientExtensionResults": {},
    }
