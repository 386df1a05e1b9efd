"""The receipt of one consent: a record with the fields of ISO/IEC TS 27560:2023, and the same for readers of Kantara's v1.1.

Field names follow TS 27560:2023 clause 6 (record and receipt structure) and the Kantara Consent Receipt 1.1.0; both are named
in docs/consent.md with what each of ours means. `hash` is the SHA-256 of the rest as JSON with sorted keys and no spaces;
`signature` is the house's own over all of it (patogh.kit.jws), so that whoever was given a receipt can show it to anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from patogh.kit import jws
from patogh.people.consent import aims, limits, routes
from patogh.people.identifying import masked
from patogh.people.models import Brand, Consent
from patogh.people.queries import brand

SCHEMA: Final = "ISO/IEC TS 27560:2023"
KANTARA: Final = "KI-CR-v1.1.0"
SIGNED: Final = "consent-receipt"
SIGNED_AS: Final = "JWS (RFC 7515), EdDSA, detached, over RFC 8785"
CONTROLLER: Final = "controller"
CATEGORY: Final = {"news": "Marketing", "offers": "Marketing", "research": "Research", "summary": "Core Function"}


def receipt(row: Consent, language: str) -> dict[str, Any]:
    """Return the receipt of a row, as JSON takes it, with its hash and the house's signature."""
    made = {"receipt_metadata": {"schema_version": SCHEMA, "receipt_id": str(row.receipt)}, **_record(row, language)}
    made["kantara"] = kantara(row, language)
    made["hash"] = {"algorithm": "SHA-256", "value": hashed(made)}
    signature, key = jws.sign(made, SIGNED)
    keys = _site(reverse("consent_receipt_keys"))
    return {**made, "signature": {"format": SIGNED_AS, "key_id": key, "key_set": keys, "jws": signature}}


def check(made: Any, keys: Mapping[str, Any] | None = None) -> str:
    """Return the id of the key that signed a receipt, of a key set or else of this house; raises jws.Forged."""
    said = made.get("signature") if isinstance(made, dict) else None
    if not isinstance(said, dict) or not isinstance(said.get("jws"), str):
        raise jws.Forged("this is no signed receipt")
    plain = {key: value for key, value in made.items() if key != "signature"}
    return jws.check(plain, said["jws"], SIGNED, key_set() if keys is None else keys)


def read(written: bytes) -> dict[str, Any]:
    """Return a receipt or a key set from a file; raises jws.Forged for what is none, or says one thing twice."""
    try:
        if len(written) > limits.RECEIPT_BYTES_MAX:
            raise jws.Forged("the file is too large")
        made = json.loads(written, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, jws.Forged) else jws.Forged("the file is no JSON") from error
    if not isinstance(made, dict):
        raise jws.Forged("the file is no receipt")
    return made


def key_set() -> dict[str, Any]:
    """Return the public keys that receipts of this house are checked with, as a JSON Web Key Set."""
    return jws.key_set(SIGNED)


def hashed(made: dict[str, Any]) -> str:
    """Return the SHA-256 of a receipt without its hash and signature."""
    plain = {key: value for key, value in made.items() if key not in ("hash", "signature")}
    written = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def lines(row: Consent, language: str) -> list[tuple[str, str]]:
    """Return the receipt as a page shows it: (key, value), the values in the reader's language."""
    made = receipt(row, language)
    event, use = made["events"][0], made["pii_processing"]["purposes"][0]
    return [
        ("receipt_id", str(row.receipt)), ("schema_version", SCHEMA), ("pii_principal_id", masked_value(row)),
        ("purpose", use["purpose"]), ("lawful_basis", use["lawful_basis"]), ("collection_method", use["collection_method"]),
        ("sender", row.sender), ("event_state", event["event_state"]), ("pii_controller", brand_name(language)),
        ("words_hash", row.words_hash), ("hash", made["hash"]["value"]), ("key_id", made["signature"]["key_id"]),
    ]  # fmt: skip


def kantara(row: Consent, language: str) -> dict[str, Any]:
    """Return the fields of a Kantara Consent Receipt 1.1.0."""
    what = aims.known(row.purpose)
    return {
        "version": KANTARA, "jurisdiction": settings.PHONE_REGION, "consentTimestamp": int(row.happened_at.timestamp()),
        "collectionMethod": row.method, "consentReceiptID": str(row.receipt), "language": row.language or language,
        "piiPrincipalId": masked_value(row), "policyUrl": _site("/"),
        "piiControllers": [{"piiController": brand_name(language), "onBehalf": False, "piiControllerUrl": _site("/")}],
        "services": [{
            "service": brand_name(language),
            "purposes": [{
                "purpose": what.title(language), "purposeCategory": [CATEGORY.get(row.purpose, "Personalized experience")],
                "consentType": "EXPLICIT", "piiCategory": ["Contact"] if what.by_channel else ["Behavioural"],
                "primaryPurpose": False, "termination": _site("/me/settings/consent"), "thirdPartyDisclosure": False,
            }],
        }],
        "sensitive": False, "spiCat": [],
    }  # fmt: skip


def brand_name(language: str) -> str:
    """Return who asked."""
    row: Brand = brand()
    return row.name if language == "fa" else row.name_en


def masked_value(row: Consent) -> str:
    """Return whose receipt it is, so that the owner knows and a finder does not."""
    return masked(row.identity)


def _record(row: Consent, language: str) -> dict[str, Any]:
    what, where = aims.known(row.purpose), routes.ways().get(row.channel)
    return {
        "record_metadata": {
            "schema_version": SCHEMA, "record_id": str(row.receipt), "pii_principal_id": masked_value(row),
        },
        "pii_processing": {
            "privacy_notice": {
                "text": row.words, "text_sha256": row.words_hash, "version": row.text.number if row.text else 0,
                "language": row.language or language,
            },
            "language": row.language or language,
            "purposes": [{
                "purpose": what.title(language), "purpose_id": row.purpose, "purpose_type": CATEGORY.get(row.purpose, "Other"),
                "description": what.about(language), "lawful_basis": "consent" if what.needs_consent else "legitimate interest",
                "services": [brand_name(language)], "collection_method": row.method,
                "processing_method": where.title(language) if where else row.channel, "channel": row.channel, "sender": row.sender,
                "pii_information": [{
                    "pii_type": row.identity.kind, "pii_attribute_id": row.identity_id, "pii_optional": True,
                    "sensitive_pii_category": False, "special_pii_category": False,
                }],
                "pii_controllers": [CONTROLLER], "storage_locations": [_site("/")], "processing_locations": [_site("/")],
                "retention_period": "until erasure", "jurisdiction": settings.PHONE_REGION,
                "recipient_third_parties": [], "withdrawal_method": _site("/me/settings/consent"),
                "privacy_rights": [_site("/me/settings/data"), _site("/me/settings/leaving")],
            }],
        },
        "party_identification": [_controller(language)],
        "events": [{
            "event_time": row.happened_at.isoformat(), "recorded_time": row.recorded_at.isoformat(), "event_type": "explicit",
            "event_state": row.state, "validity_duration": "until withdrawn", "entity_id": "principal",
        }],
    }  # fmt: skip


def _controller(language: str) -> dict[str, str]:
    """Return who answers for what is kept; where the operator named no postal address, the house's own stands for it."""
    contact = settings.CONTROLLER_CONTACT or settings.DEFAULT_FROM_EMAIL
    return {
        "party_id": CONTROLLER, "party_name": brand_name(language), "party_role": "PII controller", "party_type": "organisation",
        "party_address": settings.CONTROLLER_ADDRESS or _site("/"), "party_url": _site("/"), "party_contact": contact,
        **({"party_email": contact} if "@" in contact else {}),
    }  # fmt: skip


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose every name stands once: of two, a reader could see the one and a program the other."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise jws.Forged("it says one thing twice")
    return made


def _site(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path
