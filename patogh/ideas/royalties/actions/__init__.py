"""Verbs of the makers' share."""

from patogh.ideas.royalties.actions.agreeing import accept_agreement, offer_agreement
from patogh.ideas.royalties.actions.closing import close_period
from patogh.ideas.royalties.actions.paying import pay_period
from patogh.ideas.royalties.actions.tying import tie_product, untie_product

__all__ = ["accept_agreement", "close_period", "offer_agreement", "pay_period", "tie_product", "untie_product"]
