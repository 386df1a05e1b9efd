"""The receipt of one consent: a record with the fields of ISO/IEC TS 27560:2023, and the same for readers of Kantara's v1.1.

Field names follow TS 27560:2023 clause 6 (record and receipt structure) and the Kantara Consent Receipt 1.1.0; both are named
in docs/consent.md with what each of ours means. `hash` is the SHA-256 of the rest as JSON with sorted keys and no spaces.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from django.conf import settings

from patogh.people.consent import aims, routes
from patogh.people.identifying import masked
from patogh.people.models import Brand, Consent
from patogh.people.queries import brand

SCHEMA: Final = "ISO/IEC TS 27560:2023"
KANTARA: Final = "KI-CR-v1.1.0"
CATEGORY: Final = {"news": "Marketing", "offers": "Marketing", "research": "Research", "summary": "Core Function"}


def receipt(row: Consent, language: str) -> dict[str, Any]:
    """Return the receipt of a row, as JSON takes it, with its hash."""
    made = {"receipt_metadata": {"schema_version": SCHEMA, "receipt_id": str(row.receipt)}, **_record(row, language)}
    made["kantara"] = kantara(row, language)
    return {**made, "hash": {"algorithm": "SHA-256", "value": hashed(made)}}


def hashed(made: dict[str, Any]) -> str:
    """Return the SHA-256 of a receipt without its hash."""
    plain = {key: value for key, value in made.items() if key != "hash"}
    written = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def lines(row: Consent, language: str) -> list[tuple[str, str]]:
    """Return the receipt as a page shows it: (key, value), the values in the reader's language."""
    made = _record(row, language)
    event, use = made["events"][0], made["pii_processing"]["purposes"][0]
    return [
        ("receipt_id", str(row.receipt)), ("schema_version", SCHEMA), ("pii_principal_id", masked_value(row)),
        ("purpose", use["purpose"]), ("lawful_basis", use["lawful_basis"]), ("collection_method", use["collection_method"]),
        ("sender", row.sender), ("event_state", event["event_state"]), ("pii_controller", brand_name(language)),
        ("words_hash", row.words_hash), ("hash", receipt(row, language)["hash"]["value"]),
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
            "purposes": [{
                "purpose": what.title(language), "purpose_id": row.purpose, "purpose_type": CATEGORY.get(row.purpose, "Other"),
                "description": what.about(language), "lawful_basis": "consent" if what.needs_consent else "legitimate interest",
                "services": [brand_name(language)], "collection_method": row.method,
                "processing_method": where.title(language) if where else row.channel, "channel": row.channel, "sender": row.sender,
                "pii_information": [{
                    "pii_type": row.identity.kind, "pii_attribute_id": row.identity_id, "pii_optional": True,
                    "sensitive_pii_category": False,
                }],
                "storage_location": _site("/"), "retention_period": "until erasure", "jurisdiction": settings.PHONE_REGION,
                "recipient_third_parties": [], "withdrawal_method": _site("/me/settings/consent"),
                "privacy_rights": [_site("/me/settings/data"), _site("/me/settings/leaving")],
            }],
        },
        "party_identification": [
            {"party_id": "controller", "party_name": brand_name(language), "party_role": "PII controller", "party_url": _site("/")},
        ],
        "events": [{
            "event_time": row.happened_at.isoformat(), "recorded_time": row.recorded_at.isoformat(), "event_type": "explicit",
            "event_state": row.state, "validity_duration": "until withdrawn", "entity_id": "principal",
        }],
    }  # fmt: skip


def _site(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path
