"""What is asked of somebody who follows a feed."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS_MAX: Final = 30


class FeedForm(forms.Form):
    """The address of a feed, and the words that make an entry worth keeping."""

    url = forms.CharField(max_length=1000, label=_("Address of the feed"))
    words = forms.CharField(
        max_length=600, required=False, label=_("Only entries that hold one of these words"),
        help_text=_("With a comma between them; empty takes every entry."),
    )  # fmt: skip

    def clean_url(self) -> str:
        """Hold that the address is one of HTTP without a password."""
        said = str(self.cleaned_data["url"]).strip()
        said = re.sub(r"^feed:(//)?(?=https?:)", "", said).replace("feed://", "https://", 1)
        parts = urlsplit(said)
        if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc:
            raise forms.ValidationError(_("Write a whole address that begins with https://"))
        return said

    def clean_words(self) -> str:
        """Return the words with one comma between them."""
        found = [word.strip() for word in re.split(r"[,،\n]", str(self.cleaned_data["words"])) if word.strip()]
        if len(found) > WORDS_MAX:
            raise forms.ValidationError(_("Write at most thirty words."))
        return ", ".join(dict.fromkeys(found))
