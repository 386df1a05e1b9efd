"""What the shop can refuse, each with the way out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, TooLarge, Unsupported


class NotForYou(Forbidden):
    """Somebody without the right brings orders or changes products."""

    code = "not_for_you"
    sentence = _("Only those of the team who look after the shop may do this. An owner can give you the right.")


class BadSource(Invalid):
    """A batch or file whose source has no name that can be kept."""

    code = "bad_source"
    sentence = _("Say in at most %(most)s characters where these rows come from, like the name of your shop.")
    field = "source"


class RowRefused(Invalid):
    """One order or return that cannot be taken; `code` is a key of `words.REFUSALS`."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(part)
        self.code, self.part = code, part

    def __str__(self) -> str:
        from patogh.shop.words import refusal_words

        return refusal_words(self.code, self.part)


class SkuTaken(Conflict):
    """A second product with the code of another."""

    code = "sku_taken"
    sentence = _("Another product has this code already. Open that one, or give this one a code of its own.")
    field = "sku"


class SlugTaken(Conflict):
    """A second product with the address of another."""

    code = "slug_taken"
    sentence = _("Another product has this address already. Choose another one.")
    field = "slug"


class BadProduct(Invalid):
    """A product without a code or a name, or with something that cannot be shown."""

    code = "bad_product"
    sentence = _("A product needs a code and a name, and a price of 0 or more.")


class BadProductLink(Invalid):
    """An address of a shop that is no web address."""

    code = "bad_product_link"
    sentence = _(
        "This is not a web address. It has to begin with https:// and lead to the page where the product is sold."
    )
    field = "url"


class NotOnSale(Conflict):
    """A step that a product cannot take from where it stands."""

    code = "not_on_sale"
    sentence = _("This product cannot do this step from where it stands now. Load the page again and look.")


class FileRefused(Unsupported):
    """A file that is no table, or one that cannot be read."""

    code = "file_refused"
    sentence = _("This file cannot be read as a table: %(why)s Save it as CSV in UTF-8 and send it again.")

    def __str__(self) -> str:
        from patogh.shop.words import FILE_WORDS

        why = FILE_WORDS.get(str(self.facts.get("why")), "")
        return str(self.sentence) % {"why": why}


class FileTooLarge(TooLarge):
    """More than a page may take; the command reads files of any size."""

    code = "file_too_large"
    sentence = _(
        "A file sent here may have %(most)s MB at most. Larger ones are read with the command `patogh shop import`."
    )


class ColumnsMissing(Invalid):
    """A plan that does not say where to find what every row needs."""

    code = "columns_missing"
    sentence = _("Choose a column for each of these: %(names)s.")


class NotWaiting(Conflict):
    """Starting or dropping a file that is being read or has been read."""

    code = "not_waiting"
    sentence = _("This file is being read or has been read already. Load the page again to see what came of it.")


class UnitNotChosen(Invalid):
    """Amounts without the word in which money they are."""

    code = "unit_not_chosen"
    sentence = _("Say in which currency the amounts are: tomans or rials, for example.")
    field = "unit"


class OrderUnreadable(Invalid):
    """An arrival that says it is an order and is none."""

    code = "order_unreadable"
    sentence = _("This order cannot be read: its number, its currency, its state or its lines are missing or wrong.")


class ProductUnreadable(Invalid):
    """An arrival that says it is a product and is none."""

    code = "product_unreadable"
    sentence = _("This product cannot be read: its code, its name, its currency or its price are missing or wrong.")


class BadCode(Invalid):
    """A code whose letters or terms make no sense, or one that is none here; `why` is a key of `words.CODE_FAULTS`."""

    code = "bad_code"
    sentence = _("This cannot be a code. Use letters and digits, without blanks.")

    def __str__(self) -> str:
        from patogh.shop.words import CODE_FAULTS

        return str(CODE_FAULTS.get(str(self.facts.get("why")), self.sentence))


class NoCodeForYou(Forbidden):
    """Somebody asks for a code whom the brand's rule gives none now; `why` is a key of `words.SHARING_WHY`."""

    code = "no_code_for_you"
    sentence = _("The brand’s rule gives you no code now.")

    def __str__(self) -> str:
        from patogh.shop.words import sharing_words

        return sharing_words(str(self.facts.get("why")), int(str(self.facts.get("level", 0)))) or str(self.sentence)


class CodeTaken(Conflict):
    """A second code that reads like another."""

    code = "code_taken"
    sentence = _("There is a code already that reads the same. Choose other letters.")
    field = "code"
