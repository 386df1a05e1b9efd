"""The nouns of the channels: what each member wishes to hear and how, what is on its way, and who cannot be reached; what
comes in by mail; the devices that are told by push; and the connectors with their messages.
"""

from patogh.channels.models.connectors import Attachment, DeadLetter, Halt, LetterName, Message, Setup, Silenced
from patogh.channels.models.incoming import InboundMail, Mailbox
from patogh.channels.models.outgoing import Choice, Delivery, DigestTurn, Reach, Terms
from patogh.channels.models.push import PushDevice
from patogh.channels.models.talks import TalkSeen, Transcript
from patogh.channels.models.webmentions import Telling

__all__ = [
    "Attachment",
    "Choice",
    "DeadLetter",
    "Delivery",
    "DigestTurn",
    "Halt",
    "InboundMail",
    "LetterName",
    "Mailbox",
    "Message",
    "PushDevice",
    "Reach",
    "Setup",
    "Silenced",
    "TalkSeen",
    "Telling",
    "Terms",
    "Transcript",
]
