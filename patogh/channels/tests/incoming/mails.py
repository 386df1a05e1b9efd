"""Mails for the tests, as programs write them."""

from email.message import EmailMessage

from patogh.channels.incoming import actions, fetching
from patogh.channels.incoming.tasks import handle_mail
from patogh.channels.models import InboundMail

_count = iter(range(1, 1_000_000))


def a_mail(to, text="سلام، من می‌آیم.", *, sender="mina@example.org", **headers) -> EmailMessage:
    """Return a mail to an address of ours."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, headers.pop("Subject", "Re: پنج‌شنبه")
    mail["Message-ID"] = headers.pop("Message_ID", f"<m{next(_count)}@client.example>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def arrive(mail) -> InboundMail:
    """Keep a mail as the mailbox would give it, look at it, and return its row."""
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    fetched = fetching._as_fetched(raw, len(raw))
    actions.keep_mail(fetched, mailbox="test", uid_validity=1, uid=next(_count))
    row = InboundMail.objects.get(digest=fetched.digest)
    handle_mail(row.pk)
    row.refresh_from_db()
    return row
