"""The agreement with the makers: offered in versions, accepted by every one of them, then in force."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.ideas import limits
from patogh.ideas.actions.moving import locked
from patogh.ideas.models import Acceptance, Agreement, Creator, Idea
from patogh.ideas.royalties.errors import AgreementChanged, NotYourAgreement, SharesDoNotSum, TooManyMakers
from patogh.ideas.royalties.sums import WHOLE_BPS
from patogh.ideas.royalties.texts import Written
from patogh.ideas.terms import terms_of
from patogh.ledger.actions.book import enter
from patogh.people.models import Member

LANGUAGES = ("fa", "en")


@action
def offer_agreement(idea: Idea, *, by: Member) -> Agreement:
    """Offer the makers the agreement as the idea's rules and the makers' shares stand; the same twice is one version.

    Raises SharesDoNotSum and TooManyMakers.
    """
    idea = locked(idea.pk)
    shares = _shares(idea)
    terms = terms_of(idea.rules)
    newest = idea.agreements.order_by("-version").first()
    if newest and (newest.bps, newest.copies, newest.shares) == (terms.royalty_bps, terms.copies, shares):
        return unchanged(newest)
    written = Written(idea.pk, (newest.version if newest else 0) + 1, terms.royalty_bps, terms.copies, shares)
    made = Agreement.objects.create(
        idea=idea, version=written.version, text=written.text(), text_en=written.text_en(), bps=written.bps,
        copies=written.copies, shares=shares, sha256=written.sha256(), made_by=by, made_at=timezone.now(),
    )  # fmt: skip
    record("ideas.agreement_offered", by=by, subject=idea, data={"version": made.version})
    return made


@action
def accept_agreement(agreement: Agreement, *, sha256: str, language: str, by: Member) -> Acceptance:
    """Say yes to the version that was read, once. When the last maker has, it is in force and its rate stands in the book.

    Raises NotYourAgreement and AgreementChanged.
    """
    idea = locked(agreement.idea_id)
    agreement = Agreement.objects.get(pk=agreement.pk)
    creator = Creator.objects.filter(idea=idea, member=by, state="agreed").first()
    if creator is None or creator.pk not in {one["creator"] for one in agreement.shares}:
        raise NotYourAgreement
    newest = idea.agreements.order_by("-version").values_list("pk", flat=True).first()
    if newest != agreement.pk or sha256 != agreement.sha256:
        raise AgreementChanged
    known = agreement.acceptances.filter(creator=creator).first()
    if known is not None:
        return unchanged(known)
    made = Acceptance.objects.create(
        agreement=agreement, creator=creator, sha256=sha256, accepted_at=timezone.now(),
        language=language if language in LANGUAGES else "fa",
    )  # fmt: skip
    _bring_into_force(agreement)
    record("ideas.agreement_accepted", by=by, subject=idea, data={"version": agreement.version})
    return made


def _shares(idea: Idea) -> list[dict[str, int]]:
    """Return the agreed makers' shares as an agreement keeps them; the author alone has the whole."""
    rows = list(idea.creators.filter(state="agreed").order_by("position", "pk"))
    if len(rows) > limits.MAKERS_WITH_SHARE_MAX:
        raise TooManyMakers(most=limits.MAKERS_WITH_SHARE_MAX)
    found = [{"creator": row.pk, "bps": row.share_bps} for row in rows]
    if (total := sum(row.share_bps for row in rows)) != WHOLE_BPS:
        raise SharesDoNotSum(sum=total)
    return found


def _bring_into_force(agreement: Agreement) -> None:
    """Let the agreement hold once every maker in it has accepted; the book gets its rate and its hash."""
    wanted = {one["creator"] for one in agreement.shares}
    if wanted - set(agreement.acceptances.values_list("creator_id", flat=True)):
        return
    Agreement.objects.filter(pk=agreement.pk).update(in_force_at=timezone.now())
    enter(
        "royalty.rate_set.v1",
        {"idea": agreement.idea_id, "bps": agreement.bps, "contract": agreement.sha256},
        key=f"royalty.rate:{agreement.pk}",
        subject=("ideas.idea", str(agreement.idea_id)),
    )
