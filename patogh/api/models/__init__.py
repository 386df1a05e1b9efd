"""The nouns of the API: tokens and kept answers."""

from patogh.api.models.tokens import KeptAnswer, Token

__all__ = ["KeptAnswer", "Token"]
