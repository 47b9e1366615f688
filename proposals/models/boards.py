"""The track of a recommendation before each board, and what came of a proposal."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User, Versioned
from documents.models import Revision
from organizations.models import BoardMeeting, Committee, Organization
from proposals.models.proposals import Proposal
from proposals.models.recommendations import Recommendation


class Submission(Versioned):
    """An approved revision before one board: when, as which paper, for which meeting, with which result. For the
    board that decides on the proposal the result is the proposal's outcome, written to both at once."""

    class Result(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        APPROVED = "approved", _("Approved")
        CHANGED = "changed", _("Approved with changes")
        REJECTED = "rejected", _("Rejected")
        DEFERRED = "deferred", _("Deferred")
        NOTED = "noted", _("Noted")

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="submissions")
    organization = models.ForeignKey(
        Organization, verbose_name=_("board"), on_delete=models.PROTECT, related_name="submissions"
    )
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
    result = models.CharField(_("result"), max_length=10, choices=Result, default=Result.UNKNOWN)
    result_on = models.DateField(_("decided on"), null=True, blank=True)
    result_note = models.TextField(_("the result in words"), blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_by_label = models.CharField(max_length=120)

    class Meta:
        ordering = ["submitted_on", "pk"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "organization"], name="submitted_once_to_each_board")
        ]

    def __str__(self) -> str:
        return f"{self.revision}, {self.organization.board}"

    @property
    def proposal(self) -> Proposal:
        return self.recommendation.proposal

    @property
    def decides(self) -> bool:
        """Whether this is the board to which the proposal itself is addressed."""
        return self.organization_id == self.proposal.organization_id

    @property
    def is_open(self) -> bool:
        return self.result == self.Result.UNKNOWN

    @property
    def meets_on(self) -> date | None:
        """The day of the board's meeting, as far as the record says when."""
        if self.board_meeting:
            return self.board_meeting.held_on
        return self.proposal.board_decision_on if self.decides else None


class ResultReminder(models.Model):
    """A board's secretary was reminded, so many days after its meeting, that no result is recorded; once each."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["days"]
        constraints = [models.UniqueConstraint(fields=["submission", "days"], name="reminded_once_at_each_step")]

    def __str__(self) -> str:
        return f"{self.submission}, {self.days}"


class Sequel(models.Model):
    """What came of a proposal: a committee, another proposal, or nothing. A wrong one is removed, never deleted."""

    class Kind(models.TextChoices):
        NEW_COMMITTEE = "new_committee", _("New committee")
        ALLOCATED = "allocated", _("Allocated to a committee")
        MERGED = "merged", _("Merged with another proposal")
        REJECTED = "rejected", _("Rejected")
        OTHER = "other", _("Other")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="sequels")
    kind = models.CharField(_("what came of it"), max_length=15, choices=Kind)
    committee = models.ForeignKey(
        Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="came_of_proposals"
    )
    other = models.ForeignKey(Proposal, null=True, blank=True, on_delete=models.PROTECT, related_name="antecedents")
    note = models.CharField(_("in words"), max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("sequel")
        verbose_name_plural = _("sequels")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="merged") | (Q(other__isnull=False) & ~Q(other=F("proposal"))),
                name="merged_with_another_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(kind="allocated") | Q(committee__isnull=False), name="allocated_to_a_committee"
            ),
            models.UniqueConstraint(
                fields=["proposal", "kind", "committee"],
                condition=Q(removed_at__isnull=True, committee__isnull=False),
                name="sequel_names_a_committee_once",
            ),
            models.UniqueConstraint(
                fields=["proposal", "other"],
                condition=Q(removed_at__isnull=True, other__isnull=False),
                name="sequel_names_a_proposal_once",
            ),
        ]

    def __str__(self) -> str:
        return self.in_words

    @property
    def in_words(self) -> str:
        """New committee ISO/PC 343: for management of the Sustainable Development Goals."""
        target = self.committee or (self.other.reference if self.other_id else "")
        forms = {
            self.Kind.NEW_COMMITTEE: _("New committee %(target)s") if target else _("New committee"),
            self.Kind.ALLOCATED: _("Allocated to %(target)s"),
            self.Kind.MERGED: _("Merged with %(target)s"),
            self.Kind.REJECTED: _("Rejected"),
            self.Kind.OTHER: _("Other"),
        }
        words = str(forms[self.Kind(self.kind)]) % {"target": target} if target else str(forms[self.Kind(self.kind)])
        return f"{words}: {self.note}" if self.note else words
