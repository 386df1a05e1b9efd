"""The nouns of the channels: what each member wishes to hear and how, what is on its way, and who cannot be reached; what
comes in by mail; and the devices that are told by push.
"""

from patogh.channels.models.incoming import InboundMail, Mailbox
from patogh.channels.models.outgoing import Choice, Delivery, DigestTurn, Reach, Terms
from patogh.channels.models.push import PushDevice

__all__ = ["Choice", "Delivery", "DigestTurn", "InboundMail", "Mailbox", "PushDevice", "Reach", "Terms"]
