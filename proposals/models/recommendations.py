"""The advice to the boards and its approvals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from documents.models import Document, Revision
from organizations.models import Approval
from proposals.models.proposals import Proposal


class Recommendation(Versioned):
    """SPCG's advice to the board on one proposal; its texts are the revisions of a registered document."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="recommendation")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="recommendation")
    due_on = models.DateField(_("approvals due on"), null=True, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")

    def __str__(self) -> str:
        return str(self.document)


class RecommendationApproval(Approval):
    """One organization's verdict on one exact revision of a recommendation."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "organization"], name="one_verdict_per_organization_and_revision"
            )
        ]
