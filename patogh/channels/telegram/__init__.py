"""Bots of Telegram and of Bale, whose Bot APIs have one shape."""
