"""Verbs of paying out. What a payout takes is held by a pending transfer; it leaves only once its request is witnessed.

Every step locks the payout's row and asks its state, so that two who decide at once meet at it: the second hears what
the first did. A step that is repeated after a lost answer finds its work done and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.kit import persian
from patogh.kit.money import Money
from patogh.ledger import limits
from patogh.ledger.actions import transfers
from patogh.ledger.actions.book import Secret, enter
from patogh.ledger.actions.forgetting import forget
from patogh.ledger.errors import NotWitnessedYet, UnknownUnit
from patogh.ledger.models import Account, Payout, PayoutAccount, PayoutFile
from patogh.ledger.payouts import errors, iban, machine
from patogh.ledger.payouts.providers import Answer, Order, Outgoing, provider
from patogh.ledger.queries.book import require_witnessed, submission_of
from patogh.ledger.wanted import AMOUNT_MAX, Line, check_key
from patogh.people.models import Erasure, Member

SUBJECT = "ledger.payout"
KEY_CHARS_MAX = 60
# What a payout ended as, by whether a report says that the money did not arrive.
_ENDS: Final = {False: (machine.FAILED, machine.CANCELLED), True: (machine.SETTLED,)}


@action
def save_account(typed: str, holder: str, *, by: Member) -> PayoutAccount:
    """Keep where a member wants their money; payouts already asked for go where they were asked to. Raises BadIban."""
    number, name = iban.read(typed), persian.chars(holder).strip() if isinstance(holder, str) else ""
    if not 1 <= len(name) <= limits.PAYOUT_HOLDER_CHARS_MAX or not name.replace(persian.ZWNJ, "").isprintable():
        raise errors.BadHolder(most=limits.PAYOUT_HOLDER_CHARS_MAX)
    known = PayoutAccount.objects.filter(member=by).first()
    if known is not None and (known.iban, known.holder) == (number, name):
        return unchanged(known)
    row, _ = PayoutAccount.objects.update_or_create(
        member=by, defaults={"iban": number, "holder": name, "saved_at": timezone.now()}
    )
    record("ledger.payout_account_saved", by=by, subject=by, audience="staff")
    return row


@action
def request_payout(member: Member, unit: str, amount: int, *, key: str, by: Member) -> Payout:
    """Ask for a payout of one's own money; the same key is the same payout.

    Raises UnknownUnit, BadPayoutAmount, TooLittle, NoAccountYet, AccountTakesNot, TooManyPayouts and Overdraft.
    """
    if by.pk != member.pk or len(check_key(key)) > KEY_CHARS_MAX:
        raise errors.BadPayoutAmount
    _check_amount(unit, amount)
    Member.objects.select_for_update().filter(pk=member.pk).values_list("pk").first()
    known = Payout.objects.filter(member=member, key=key).first()
    if known is not None:
        return unchanged(known)
    account = PayoutAccount.objects.filter(member=member).first()
    if account is None:
        raise errors.NoAccountYet
    carrier = provider()
    if not carrier.takes(account.iban, unit):
        raise errors.AccountTakesNot
    if Payout.objects.filter(member=member, state__in=machine.OPEN).count() >= limits.PAYOUTS_OPEN_MAX:
        raise errors.TooManyPayouts(most=limits.PAYOUTS_OPEN_MAX)
    row = Payout(
        member=member, key=key, unit=unit, amount=amount, provider=carrier.name, iban=account.iban,
        holder=account.holder, requested_at=timezone.now(),
    )  # fmt: skip
    _hold(row, carrier.account(unit))
    record("ledger.payout_requested", by=by, subject=row, value=Money(amount, unit), audience="staff")
    return row


@action
def cancel_payout(payout: Payout, *, by: Member) -> Payout:
    """Take a request back while nobody approved it. Raises PayoutMoved."""
    row = _locked(payout)
    if row.state == machine.CANCELLED:
        return unchanged(row)
    _let_go(row, "cancel", "cancelled", by)
    record("ledger.payout_cancelled", by=by, subject=row, audience="staff")
    return row


@action
def approve_payout(payout: Payout, *, by: Member) -> Payout:
    """Let a payout leave with the next file. Raises OwnPayout and PayoutMoved."""
    row = _locked(payout)
    if row.state == machine.APPROVED:
        return unchanged(row)
    _check_not_own(row, by)
    _step(row, "approve", approved_by=by, approved_at=timezone.now())
    record("ledger.payout_approved", by=by, subject=row, audience="staff")
    return row


@action
def export_bank_file(unit: str, *, by: Member) -> PayoutFile:
    """Put the approved payouts of a unit, oldest first, into one file and call them sent.

    Those whose request independent witnesses have not seen yet stay for the next one. Raises NothingToSend.
    """
    rows = Payout.objects.select_for_update(of=("self",)).filter(state=machine.APPROVED, unit=unit)
    ready = [row for row in rows.order_by("requested_at", "pk")[: limits.PAYOUTS_A_FILE_MAX] if _may_leave(row)]
    if not ready:
        raise errors.NothingToSend
    now = timezone.now()
    made = PayoutFile.objects.create(
        unit=unit, payouts_count=len(ready), total=sum(row.amount for row in ready), sha256="", made_by=by, made_at=now
    )
    made.sha256 = written(made, ready).sha256
    PayoutFile.objects.filter(pk=made.pk).update(sha256=made.sha256)
    for row in ready:
        _step(row, "send", file=made, sent_at=now)
    record("ledger.payouts_sent", by=by, subject=made, value=Money(made.total, unit), audience="staff")
    return made


@action
def settle_payout(payout: Payout, *, reference: str, by: Member) -> Payout:
    """Say that the money arrived, under the bank's reference; what was held is posted.

    Raises BadReference, PayoutMoved and OwnPayout.
    """
    reference = reference.strip()
    if not 1 <= len(reference) <= limits.PAYOUT_REFERENCE_CHARS_MAX or not reference.isprintable():
        raise errors.BadReference(most=limits.PAYOUT_REFERENCE_CHARS_MAX)
    row = _locked(payout)
    if row.state == machine.SETTLED and row.reference == reference:
        return unchanged(row)
    _check_not_own(row, by)
    _step(row, "settle", reference=reference, ended_by=by, ended_at=timezone.now())
    transfers.settle(row.transfer, f"payout.settled:{row.pk.hex}")
    enter(
        "payout.settled.v1",
        {"payout": row.pk.hex},
        key=f"payout.settled:{row.pk.hex}",
        secrets={"reference": Secret(reference, row.member)},
        owner=row.member,
    )
    _forget_again(row)
    record("ledger.payout_settled", by=by, subject=row, audience="staff")
    return row


@action
def fail_payout(payout: Payout, *, why: str, by: Member) -> Payout:
    """Say that a payout was refused or did not arrive; what was held is the member's again.

    Never the payee's own word: they would have the money twice. Raises PayoutMoved and OwnPayout.
    """
    if why not in {"refused", "timeout", "account", "limit"}:
        raise errors.BadReport(line=1)
    row = _locked(payout)
    if row.state == machine.FAILED:
        return unchanged(row)
    _check_not_own(row, by)
    _let_go(row, "fail", why, by)
    record("ledger.payout_failed", by=by, subject=row, audience="staff", data={"why": why})
    return row


def take_report(answers: Sequence[Answer], *, by: Member) -> dict[str, int]:
    """Settle and fail payouts by what a bank reported, each on its own; returns how many settled, failed, were passed over
    (unknown here, not sent, one's own), and how many the bank tells `against` what was written down before: money that
    arrived after all may be there twice.
    """
    told = {"settled": 0, "failed": 0, "passed": 0, "against": 0}
    for answer in answers:
        row = Payout.objects.filter(pk=answer.payout, file__isnull=False).first()
        try:
            if row is None:
                told["passed"] += 1
            elif answer.arrived:
                settle_payout(row, reference=answer.reference, by=by)
                told["settled"] += 1
            else:
                fail_payout(row, why=answer.why, by=by)
                told["failed"] += 1
        except errors.PayoutMoved:
            told["against" if row is not None and row.state in _ENDS[not answer.arrived] else "passed"] += 1
        except (errors.BadReference, errors.OwnPayout):
            told["passed"] += 1
    return told


@upkeep
def let_go_of(member: Member) -> int:
    """Give up what somebody who is being erased asked for and what has not left; what was sent arrives or comes back.

    The account number goes from every row. Returns how many were given up.
    """
    rows = Payout.objects.select_for_update(of=("self",)).filter(member=member).select_related("member", "transfer")
    open_rows = list(rows.filter(state__in=[machine.REQUESTED, machine.APPROVED]))
    for row in open_rows:
        _let_go(row, "fail", "erased", None)
    PayoutAccount.objects.filter(member=member).delete()
    Payout.objects.filter(member=member).update(iban="", holder="")
    _set_aside(member)
    return len(open_rows)


def written(file: PayoutFile, payouts: Sequence[Payout]) -> Outgoing:
    """Return a bank file as it is handed over."""
    orders = [Order(row.pk, row.unit, row.amount, row.iban, row.holder) for row in payouts]
    return provider(file.provider).outgoing(file.pk, orders)


def _set_aside(member: Member) -> None:
    """Move the money of somebody who was erased into what the house owes to whoever holds the receipts; points stay."""
    rows = Account.objects.filter(
        kind="member", code__in=[f"member:{member.pk}:{unit}" for unit in limits.PAYOUT_LEAST]
    )
    for account in rows.order_by("code"):
        free = account.balance - account.held
        if free > 0:
            lines = [Line(account.code, -free), Line(f"payable:{account.unit}", free)]
            transfers.transfer(
                f"aside:{member.pk}:{account.unit}:{account.entries_count}", "transfer", account.unit, lines
            )


def _check_amount(unit: str, amount: int) -> None:
    if unit not in limits.PAYOUT_LEAST:
        raise UnknownUnit(unit=str(unit)[:20])
    if type(amount) is not int or not 0 < amount <= AMOUNT_MAX:
        raise errors.BadPayoutAmount
    if amount < limits.PAYOUT_LEAST[unit]:
        raise errors.TooLittle(least=limits.PAYOUT_LEAST[unit], unit=unit)


def _hold(row: Payout, house: str) -> None:
    """Hold the money, write the payout, and have its request entered: a number and an amount, nobody's name or account."""
    mine = f"member:{row.member_id}:{row.unit}"
    row.transfer = transfers.transfer(
        f"payout:{row.pk.hex}",
        "payout",
        row.unit,
        [Line(mine, -row.amount), Line(house, row.amount)],
        pending=True,
        owner=row.member,
        subject=(SUBJECT, row.pk.hex),
    )
    row.save(force_insert=True)
    enter(
        "payout.requested.v1",
        {"payout": row.pk.hex, "unit": row.unit, "n": row.amount},
        key=f"payout.requested:{row.pk.hex}",
        secrets={"to": Secret(mine, row.member)},
        owner=row.member,
    )


def _check_not_own(row: Payout, by: Member) -> None:
    """Raise OwnPayout where somebody who pays is also who is paid."""
    if row.member_id == by.pk:
        raise errors.OwnPayout


def _let_go(row: Payout, step: str, why: str, by: Member | None) -> None:
    """End a payout without its money having moved."""
    _step(row, step, why=why, ended_by=by, ended_at=timezone.now())
    transfers.void(row.transfer, f"payout.void:{row.pk.hex}")
    if Erasure.objects.filter(member_number=row.member_id).exists():
        _set_aside(row.member)
    enter("payout.failed.v1", {"payout": row.pk.hex, "why": why}, key=f"payout.failed:{row.pk.hex}")
    _forget_again(row)


def _forget_again(row: Payout) -> None:
    """Take away what opens the lines of a payout that ended only after its member was erased."""
    erased = Erasure.objects.filter(member_number=row.member_id).first()
    if erased is not None:
        forget(row.member, erased.pseudonym)


def _locked(payout: Payout) -> Payout:
    rows = Payout.objects.select_for_update(of=("self",)).select_related("member", "transfer")
    return rows.get(pk=payout.pk)


def _step(row: Payout, name: str, **changes: Any) -> None:
    """Take one step of the table; raises PayoutMoved."""
    step = machine.STEPS[name]
    changed = Payout.objects.filter(pk=row.pk, state__in=step.sources).update(state=step.target, **changes)
    if not changed:
        raise errors.PayoutMoved(state=row.state)
    row.state = step.target
    for field, value in changes.items():
        setattr(row, field, value)


def _may_leave(row: Payout) -> bool:
    """Whether independent witnesses have seen its request, and it still has a place to go."""
    asked = submission_of(f"payout.requested:{row.pk.hex}")
    try:
        if asked is None or not row.iban:
            return False
        require_witnessed(asked)
    except NotWitnessedYet:
        return False
    return True
