"""The sentences that the verifier in the browser says, on our pages and in the file that anybody can keep.

A key is the code of an outcome (`Fault` in static/ledger/verify), of a kind of line, or of a field that a receipt opens.
Values stand in braces and are filled in by the script, in the digits of the page.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from patogh.ledger.labels import KINDS


def words() -> dict[str, str]:
    """Return every sentence by its code, in the active language."""
    kinds = {f"kind_{kind}": str(label.name) for kind, label in KINDS.items()}
    return {**_outcomes(), **_faults(), **_facts(), **kinds}


def file_words() -> dict[str, str]:
    """Return what the single file says besides."""
    return {
        "file_title": _("Verify a line of an open book"),
        "file_lede": _("Count for yourself. Nothing leaves this page."),
        "file_how": _(
            "Paste or drop a receipt file and the trust policy: the list of the book's key and of the witnesses that you "
            "trust. Take the policy from a witness or a partner, not only from the house that wrote the book."
        ),
        "file_offline": _("This page is one file. It fetches nothing and sends nothing; it works without a network."),
        "file_receipt": _("The receipt (a .json file from the open book)"),
        "file_policy": _("The trust policy"),
        "file_choose": _("Choose files, or drop them anywhere here"),
        "file_count": _("Count"),
        "file_version": _("Version of this file"),
    }


def _outcomes() -> dict[str, str]:
    return {
        "good": _("Yes. Line {line} stands in the book, and {count} of {of} witnesses saw it."),
        "waits": _(
            "Line {line} stands under the seal; witnesses have still to see it ({count} of {of}, {least} are needed)."
        ),
        "waits_more": _("Look again in a minute. Until then only the house vouches for this seal."),
        "written": _("Written on {at}."),
        "untouched": _("Nothing in it was touched since."),
        "counted_here": _(
            "Your own browser counted this in {ms} ms; the house sent {steps} numbers and the signed seal."
        ),
        "first_seen": _("This browser now remembers the seal and will demand that every later one agrees with it."),
        "agrees": _("It agrees with the seal of {size} lines that this browser remembered."),
        "trust": _(
            "What you still have to trust: the house serves the page that counts. If that is too much, download the "
            "verifier as one file, or take it from a partner."
        ),
        "trust_file": _("What you still have to trust: whoever gave you this file and the policy."),
        "one_book": _("The same book: the seal of {size} lines you pasted is a beginning of today's, of {now} lines."),
        "bad": _("No. This does not hold."),
        "what_to_do": _(
            "Keep this receipt and do not close the case: try once more, then send the file to the witnesses and to a "
            "partner who follows this book. They can compare it with what they saw."
        ),
        "unknown": _("Something could not be read. Try once more, or use the receipt file with the verifier."),
    }


def _faults() -> dict[str, str]:
    damaged = _("The file is damaged or was changed on the way: it cannot be read. Download it again.")
    return {
        **dict.fromkeys(("bad_base64", "bad_hex", "bad_text", "bad_number", "bad_note", "bad_step"), damaged),
        "bad_proof": _("The steps do not lead to the seal. Either the line or the proof was changed."),
        "beyond": _("The proof names a line beyond the end of the sealed book."),
        "bad_entry": _("The line is not written in the one form that the book allows; somebody changed its bytes."),
        "bad_opening": _("What the receipt says in plain words is not what the line committed to."),
        "not_signed": _("No book of your policy signed this seal. It is another book, or the signature is false."),
        "forked": _(
            "Two seals contradict each other: the book was rewritten, or you are shown another one than before."
        ),
        "shrunk": _("The seal is older than the one it should follow."),
        "other_book": _("These seals are of two different books. Compare seals with the same first line."),
        "bad_policy": _(
            "The policy cannot be read. It has lines like: log KEY, witness NAME KEY, group NAME 2 A B, quorum NAME."
        ),
        "bad_key": _("A key in the policy is damaged: its number does not fit."),
        "not_a_proof": _("This is not a proof of the form c2sp.org/tlog-proof@v1."),
        "not_a_receipt": _(
            "This is not a receipt file of an open book: such a file begins with { and names the format patogh-receipt/v1."
        ),
        "nothing_given": _("Paste a receipt first, or drop its file here."),
        "no_policy": _("Paste the trust policy too: without keys that you trust nothing can be proved."),
        "too_large": _("That is too large for a receipt. A receipt has a few thousand letters."),
        "no_ed25519": _(
            "This browser cannot check signatures (Ed25519) by itself. Use a newer Chrome, Firefox or Safari, or the "
            "verifier for the command line. What stands here was counted by the house."
        ),
        "no_crypto": _("A browser only counts on a secure address (https). What stands here was counted by the house."),
        "no_answer": _(
            "The proof could not be fetched just now. What stands here was counted by the house; try again."
        ),
    }


def _facts() -> dict[str, str]:
    return {
        "kind": _("Kind of line"),
        "steps_label": _("Steps"),
        "steps": _("{steps}, all right"),
        "witnesses_label": _("Witnesses"),
        "witnesses": _("{count} of {of}, {least} are needed"),
        "road": _("Steps from the line to the seal: {steps}"),
        "field_lines.n.c": _("Account"),
        "field_reason": _("Reason"),
        "field_subject": _("Subject"),
    }
