"""Erasing somebody for good. What others answered stays readable under a pseudonym; nothing else of them is left.

Each table is handled as the inventories say: rows whose member is noted "delete" go, fields noted "blank" are emptied, the
account and its identities get a pseudonym. Other rooms do what is theirs in the hook `erase_extras`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from patogh.activity import action, enqueue, record, upkeep
from patogh.activity.models import Activity, Job
from patogh.activity.road import erasing
from patogh.kit import persian
from patogh.kit.hooks import plugins
from patogh.people import handles, kinds
from patogh.people.actions.leaving import _keep_an_owner
from patogh.people.leaving import belonging, sources
from patogh.people.models import (
    ErasedSource,
    Erasure,
    Identity,
    IdentityLink,
    Member,
    MemberFollow,
    Notice,
    Person,
    RoleGrant,
    StagedMember,
)
from patogh.people.queries import accounts_of, brand, own_identities
from patogh.search import actions as search
from patogh.search.actions.unlearning import unlearn

RENAME: Final = "people.rename_mentions"
NAMES: Final = {"fa": "عضو پیشین", "en": "Former member"}
_STEP: Final = 400


@action
def erase_member(member: Member, *, by: Member | None = None, with_text: bool = False, pseudonym: str = "") -> Erasure:
    """Erase a member and whatever accounts the same human claimed; raises LastOwner.

    With `with_text` the words of their posts go as well. `pseudonym` is given when an earlier erasure is replayed.
    """
    member = Member.objects.select_for_update(of=("self",)).select_related("identity").get(pk=member.pk)
    _keep_an_owner(member)
    everyone = [member, *accounts_of(member)]
    identities = _identities(everyone)
    _keep_out(everyone, identities)
    words = [
        f"{one.name} {one.handle} {one.bio} {one.place} {one.team_title} {' '.join(map(str, one.links))}"
        for one in everyone
    ]
    logs = [_erase_one(one, with_text=with_text, pseudonym=pseudonym if one is member else "") for one in everyone]
    _erase_hanging(identities)
    plugins.hook.identities_erased(identities=identities)
    _part_from_others(everyone, identities)
    _erase_identities(identities, logs[0].pseudonym)
    _erase_road(identities, [one.pk for one in everyone])
    unlearn(words)
    record("people.member_erased", by=by if by and by.pk != member.pk else None, subject=member)
    return logs[0]


def _erase_one(member: Member, *, with_text: bool, pseudonym: str) -> Erasure:
    """Erase one account."""
    handle, avatar = member.handle, member.avatar
    pseudonym = pseudonym or f"former_{uuid.uuid4().hex[:10]}"
    told = set(Notice.objects.filter(actor=member).values_list("member_id", flat=True))
    near = set(MemberFollow.objects.filter(follower=member).values_list("followed_id", flat=True))
    near |= set(MemberFollow.objects.filter(followed=member).values_list("follower_id", flat=True))
    _forget_jobs([handle, member.email or "", member.phone or "", member.name])
    plugins.hook.erase_extras(member=member, text=with_text, pseudonym=pseudonym)
    _erase_rows(member)
    _erase_foreign(member)
    _blank(member, pseudonym)
    enqueue(RENAME, key=f"{RENAME}:{pseudonym}", handle=handle, pseudonym=pseudonym)
    _recount(told | near)
    if avatar:
        transaction.on_commit(lambda: default_storage.delete(avatar))
    log, _ = Erasure.objects.get_or_create(
        member_number=member.pk, defaults={"pseudonym": pseudonym, "with_text": with_text, "erased_at": timezone.now()}
    )
    return log


def _erase_rows(member: Member) -> None:
    """Delete and empty rows as the inventories say."""
    for kept in belonging.kept():
        rows = kept.model._default_manager
        for field in kept.deleting:
            rows.filter(**{field.name: member}).delete()
        if kept.owner not in {"", "pk", *(field.name for field in kept.deleting)} and not kept.by_identity:
            empty = {field.name: _empty(field) for field in kept.blanked if _can_be_empty(field)}
            for some in _steps(rows.filter(**{kept.owner: member}).values_list("pk", flat=True)) if empty else ():
                rows.filter(pk__in=some).update(**empty)


def _steps(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield keys, as many at a time as every database takes."""
    every = list(keys)
    yield from (every[start : start + _STEP] for start in range(0, len(every), _STEP))


def _can_be_empty(field: Any) -> bool:
    """Whether a column may hold nothing: times and numbers without a default cannot, and unique ones would collide."""
    return not field.unique and (
        field.null or field.has_default() or isinstance(field, models.CharField | models.TextField)
    )


def _empty(field: Any) -> Any:
    """Return what stands in a column for nothing."""
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""


def _erase_foreign(member: Member) -> None:
    """Delete sessions, addresses, second steps and outside accounts."""
    for model, name in belonging.foreign():
        model._default_manager.filter(**{name: member}).delete()


def _blank(member: Member, pseudonym: str) -> None:
    """Leave of the account what the threads need: a pseudonym."""
    name = NAMES[brand().language if brand().language in NAMES else "fa"]
    fields: dict[str, Any] = {
        "name": name,
        "name_key": persian.key(name)[:80],
        "name_order": handles.name_order(name),
        "handle": pseudonym,
    }
    for note in belonging.kept():
        if note.model is Member:
            fields |= {
                one.name: _empty(one)
                for one in note.blanked
                if one.name not in fields and (one.null or _can_be_empty(one))
            }
    member.set_unusable_password()
    fields |= {"password": member.password, "is_active": False, "avatar": "", "roles": ""}
    Member.objects.filter(pk=member.pk).update(version=F("version") + 1, **fields)
    RoleGrant.objects.filter(member=member, revoked_at=None).update(revoked_at=timezone.now())
    member.refresh_from_db()
    plugins.hook.member_changed(member=member)
    search.forget("member", [member.pk])


def _identities(everyone: list[Member]) -> list[int]:
    """Return all identities that are theirs now by their own word, or were once and are nobody else's."""
    own = {pk for one in everyone for pk in own_identities(one)}
    persons = {one.identity.person_id for one in everyone if one.identity.person_id}
    once = Identity.objects.filter(links__person_id__in=persons, person=None)
    return sorted(own | set(once.values_list("pk", flat=True)))


def _erase_hanging(identities: list[int]) -> None:
    """Delete and empty the rows that hang on identities, as the inventories say."""
    for kept in belonging.kept():
        if not kept.by_identity or (kept.model._meta.app_label, kept.model.__name__) in belonging.BY_IDENTITY:
            continue
        notes = {field.name: kept.notes[field.name].erase for field in kept.model._meta.concrete_fields if field.name in kept.notes}  # fmt: skip
        column = kept.by_identity.removesuffix("_id")
        empty = {field.name: _empty(field) for field in kept.blanked if _can_be_empty(field) and field.name != column}
        for some in _steps(identities):
            rows = kept.model._default_manager.filter(**{f"{kept.by_identity}__in": some})
            with erasing():
                _gone = rows.delete() if notes.get(column) == "delete" else rows.update(**empty) if empty else None


def _part_from_others(everyone: list[Member], identities: list[int]) -> None:
    """Let what others laid beside somebody erased stay a person of its own: those who go are taken out of it."""
    persons = {one.identity.person_id for one in everyone if one.identity.person_id}
    beside = Identity.objects.filter(person_id__in=persons).exclude(pk__in=identities)
    for person in set(beside.values_list("person_id", flat=True)):
        alone = Person.objects.create()
        going = list(Identity.objects.filter(person_id=person, pk__in=identities).values_list("pk", flat=True))
        IdentityLink.objects.bulk_create([IdentityLink(identity_id=pk, person=alone, why="erased") for pk in going])
        Identity.objects.filter(pk__in=going).update(person=alone)


def _erase_identities(identities: list[int], pseudonym: str) -> None:
    """Give identities a pseudonym, and empty what supported their links."""
    for pk in identities:
        Identity.objects.filter(pk=pk).update(value=f"{pseudonym}:{pk}", verified_at=None)
    with erasing():
        IdentityLink.objects.filter(Q(identity_id__in=identities) | Q(by_identity_id__in=identities)).update(
            evidence={}
        )


def _erase_road(identities: list[int], members: list[int]) -> None:
    """Empty what their steps on the road say beyond that there was a step."""
    about = Q(subject_kind="people.member", subject_id__in=[str(pk) for pk in members])
    with erasing():
        steps = Activity.objects.filter(Q(identity_id__in=identities) | about)
        steps.update(data={}, key=None)


@upkeep
def rename_on_road(steps: list[uuid.UUID], handle: str, pseudonym: str) -> None:
    """Put the pseudonym where these steps of others name the handle."""
    with erasing():
        for pk, data in list(Activity.objects.filter(pk__in=steps).values_list("pk", "data")):
            Activity.objects.filter(pk=pk).update(data=_renamed(data, handle, pseudonym))


@upkeep
def forget_renaming(pseudonym: str) -> None:
    """Take back the job that would rename mentions, once that is done."""
    Job.objects.filter(key=f"{RENAME}:{pseudonym}", state="waiting").delete()


@upkeep
def keep_out(member_number: int, digests: Iterable[str]) -> None:
    """Remember keyed hashes of whom no import must bring again."""
    rows = [ErasedSource(digest=digest, member_number=member_number) for digest in set(digests)]
    ErasedSource.objects.bulk_create(rows, ignore_conflicts=True)


def _keep_out(everyone: list[Member], identities: list[int]) -> None:
    """Remember under which keys of other houses they stood."""
    known = list(Identity.objects.filter(pk__in=identities).values_list("kind", "value", "verified_at"))
    imports = [value for kind, value, _ in known if kind == "import" and ":" in value]
    keep_out(everyone[0].pk, [sources.digest(*value.rsplit(":", 1)) for value in imports])
    said = {
        (name, value)
        for kind, value, proved in known
        if kind not in {"import", "member"} and kind in kinds.kinds()
        for name in (kinds.alike(kind) if proved else (kind,))
    }
    keep_out(everyone[0].pk, [sources.digest(*one) for one in sorted(said)])
    for one in everyone:
        staged = StagedMember.objects.filter(member=one).values_list("source", "source_key")
        keep_out(one.pk, [sources.digest(source, key) for source, key in staged])


def _renamed(value: Any, handle: str, pseudonym: str) -> Any:
    """Return JSON with one word in place of another."""
    if isinstance(value, dict):
        return {key: _renamed(one, handle, pseudonym) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, handle, pseudonym) for one in value]
    return pseudonym if value == handle else value


def _forget_jobs(words: list[str]) -> None:
    """Delete waiting and dead jobs whose arguments, keys or errors hold any of these words."""
    for word in filter(None, words):
        rows = Job.objects.annotate(said=Cast("args", TextField()))
        rows.filter(Q(said__contains=word) | Q(last_error__contains=word) | Q(key__contains=word)).delete()


def _recount(members: set[int]) -> None:
    """Count anew what others had of this member: notices and followers."""
    for some in _steps(sorted(members)):
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE people_member SET "  # noqa: S608 - our own words
                "unread_notices_count = (SELECT count(*) FROM people_notice n WHERE n.member_id = people_member.id AND n.read_at IS NULL), "
                "followers_count = (SELECT count(*) FROM people_memberfollow f WHERE f.followed_id = people_member.id AND f.level = 'following'), "
                "following_count = (SELECT count(*) FROM people_memberfollow f WHERE f.follower_id = people_member.id AND f.level = 'following'), "
                f"version = version + 1 WHERE id IN ({marks})",
                some,
            )
