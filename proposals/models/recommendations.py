"""The advice to the board, its approvals and where it was submitted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User, Versioned
from documents.models import Document, Revision
from organizations.models import Approval, BoardMeeting
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


class Submission(models.Model):
    """An approved revision before the board that decides. What the board decided stands on the proposal."""

    recommendation = models.OneToOneField(Recommendation, on_delete=models.PROTECT, related_name="submission")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="submissions")
    submitted_on = models.DateField(_("submitted on"))
    paper_number = models.CharField(_("the board's paper number"), max_length=60, blank=True)
    board_meeting = models.ForeignKey(
        BoardMeeting,
        verbose_name=_("board meeting"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_by_label = models.CharField(max_length=120)

    class Meta:
        ordering = ["submitted_on", "pk"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return f"{self.revision}, {self.submitted_on}"

    @property
    def proposal(self) -> Proposal:
        return self.recommendation.proposal
