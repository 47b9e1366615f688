"""A meeting's outcome points at a proposal or its recommendation."""

from __future__ import annotations

from meetings.models import Outcome
from meetings.services.outcomes import point_outcome
from proposals.models import OutcomeAboutProposal, Proposal, Recommendation
from proposals.queries.proposals import reference_in


def attach_outcome(reference: str, outcome: Outcome) -> bool:
    """An outcome that names 2020-11 points at that proposal; one that names a recommendation, in any revision, at the
    proposal with it; any other at none."""
    document = outcome.revision.document_id if outcome.revision_id else None
    recommendation = Recommendation.objects.select_related("proposal").filter(document=document).first()
    if recommendation and document:
        return point_outcome(OutcomeAboutProposal, outcome, recommendation.proposal, recommendation=recommendation)
    named = reference_in(reference)
    found = Proposal.objects.filter(year=named[0], number=named[1]).first() if named else None
    return point_outcome(OutcomeAboutProposal, outcome, found, recommendation=None)
