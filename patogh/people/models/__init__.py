"""Persons, their identities, the member accounts, who follows whom, staff roles, the brand, the notices, and consent."""

from patogh.people.models.accounts import (
    Brand,
    DataCopy,
    ErasedSource,
    Erasure,
    Identity,
    IdentityLink,
    Leaving,
    Member,
    MemberFollow,
    MemberManager,
    Notice,
    NoticeSource,
    Person,
    RoleGrant,
    StagedMember,
)
from patogh.people.models.consents import Consent, ConsentCount, ConsentText

__all__ = [
    "Brand",
    "Consent",
    "ConsentCount",
    "ConsentText",
    "DataCopy",
    "ErasedSource",
    "Erasure",
    "Identity",
    "IdentityLink",
    "Leaving",
    "Member",
    "MemberFollow",
    "MemberManager",
    "Notice",
    "NoticeSource",
    "Person",
    "RoleGrant",
    "StagedMember",
]
