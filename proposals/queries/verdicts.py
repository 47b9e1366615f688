"""What the verdicts on a recommendation come to, on its page, in the list and on Home."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from documents.models import Revision
from documents.queries import revisions_visible_to
from organizations.models import Organization
from organizations.queries import Agreement, agreement_of, organizations
from proposals.models import Proposal

Status = Revision.Status


def agreement_on(revision: Revision | None, places: list[Organization] | None = None) -> Agreement | None:
    """The computed state of one revision: a draft, what its verdicts come to, or None without a recommendation."""
    if revision is None:
        return None
    if revision.state == Status.DRAFT:
        return Agreement("draft", _("Draft %(reference)s") % {"reference": revision.reference})
    return agreement_of(list(revision.approvals.all()), places)


def add_agreements(proposals: list[Proposal], user: Any) -> None:
    """Gives each of these proposals its `agreement`, of the newest revision that the reader may see, in a number of
    queries that does not grow."""
    wanted = [item.pk for item in proposals if item.state == Proposal.State.RECOMMENDATION]
    rows = revisions_visible_to(user).filter(document__recommendation__proposal__in=wanted).order_by("position")
    rows = rows.select_related("document__recommendation").prefetch_related("approvals__organization")
    newest = {row.document.recommendation.proposal_id: row for row in rows} if wanted else {}
    places = organizations() if newest else []
    for proposal in proposals:
        proposal.agreement = agreement_on(newest.get(proposal.pk), places)
