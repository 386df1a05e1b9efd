"""What the worker does for mail that comes in: visit the mailbox, look at each mail, drop what is old."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from patogh.activity import every, task
from patogh.channels.incoming import actions, addresses, answers, fetching, handling, limits, reading
from patogh.channels.models import InboundMail, Mailbox
from patogh.people.consent.places import sender

logger = logging.getLogger(__name__)


@task("channels.fetch_mail")
def fetch_mail() -> None:
    """Visit the mailbox, if there is one; what goes wrong is one line for the operator, and the next turn tries again."""
    if not addresses.is_configured():
        return
    name = ""
    try:
        where = fetching.place()
        name = where.name
        kept = fetching.fetch(where)
    except fetching.MailboxFault as fault:
        logger.warning("replies by mail: %s", fault)
        actions.note_visit(name or "settings", fault=str(fault))
    else:
        if kept or _is_worth_noting(name):
            actions.note_visit(name)


def _is_worth_noting(name: str) -> bool:
    """Whether a quiet visit ends a fault, or is the first for ten minutes: the disk need not hear of each."""
    row = Mailbox.objects.filter(pk=name).first()
    is_old = row is not None and (row.fetched_at is None or (timezone.now() - row.fetched_at).total_seconds() > 600)
    return row is None or bool(row.fault) or is_old


@task("channels.handle_mail")
def handle_mail(mail: int) -> None:
    """Look at one mail, do what it asks, and answer it where that is due."""
    row = InboundMail.objects.filter(pk=mail, state="arrived").first()
    if row is None:
        return
    verdict, error, files = handling.handle(row)
    actions.settle(row.pk, verdict)
    if answers.is_due(verdict, _letter(row)):
        _write_back(row, answers.refusal(row, verdict.why, error))
    elif files and verdict.state == "accepted":
        _write_back(row, answers.left_out(row, verdict.outcome, files))


@sender(
    "channels.mail_answer",
    purpose="service",
    channel="mail",
    why="Says to whoever wrote to us what became of the mail.",
)
def _write_back(row: InboundMail, answer: EmailMessage) -> None:
    """Write back once; a mail server that is down costs this answer and nothing else."""
    if not row.sender or addresses.is_ours(row.sender) or not actions.claim_answer(row.pk):
        return
    try:
        answer.send()
    except OSError as failure:  # smtplib's own errors are among them
        logger.warning("the answer to a mail did not leave: %s", failure)


def _letter(row: InboundMail) -> reading.Letter | None:
    try:
        return reading.read(bytes(row.raw or b""))
    except reading.MailUnreadable:
        return None


@task("channels.sweep_inbound")
def sweep_inbound() -> None:
    """Drop the text of mails after a week, and their rows after ninety days."""
    actions.drop_old_mail()


if settings.IMAP_HOST:
    every("channels.fetch_mail", limits.FETCH_EVERY_S)
every("channels.sweep_inbound", 3600)
