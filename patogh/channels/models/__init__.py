"""The nouns of the channels: what each member wishes to hear and how, what is on its way, and who cannot be reached."""

from patogh.channels.models.outgoing import Choice, Delivery, DigestTurn, Reach, Terms

__all__ = ["Choice", "Delivery", "DigestTurn", "Reach", "Terms"]
