"""What meetings said about a proposal or its recommendation."""

from __future__ import annotations

from django.db import models

from meetings.models import OutcomeAbout
from proposals.models.proposals import Proposal
from proposals.models.recommendations import Recommendation


class OutcomeAboutProposal(OutcomeAbout):
    """An outcome of a meeting about a proposal, by its reference, or about its recommendation, by its number."""

    subject = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="outcomes_about")
    recommendation = models.ForeignKey(Recommendation, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OutcomeAbout.Meta):
        abstract = False
