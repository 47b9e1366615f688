"""Proposals, what committees and members answer, and the recommendation that may come of one."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import deadline_at
from core.models import Entry, Illustrative, User, Versioned
from documents.models import Attachment, Document, Revision
from organizations.models import Approval, BoardMeeting, Committee, Organization, Remark


class Proposal(Illustrative, Versioned):
    """A proposal for new work, received by one organization, to be decided by that organization's board.
    Its reference, 2020-11, is the year of receipt and a running number, never reused."""

    class Kind(models.TextChoices):
        NEW_FIELD = "new_field", _("New field of technical activity")
        WORK_ITEM = "work_item", _("New work item that affects another organization")
        QUESTION = "question", _("New study group question or focus group")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CIRCULATED = "circulated", _("Circulated")
        RECOMMENDATION = "recommendation", _("Recommendation")
        FORWARDED = "forwarded", _("Comments forwarded")
        NO_ACTION = "no_action", _("No action")
        OUTCOME = "outcome", _("Outcome recorded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Result(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        APPROVED = "approved", _("Approved")
        CHANGED = "changed", _("Approved with changes")
        REJECTED = "rejected", _("Rejected")
        DEFERRED = "deferred", _("Deferred")

    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=300)
    proposer = models.CharField(_("proposed by"), max_length=200)
    organization = models.ForeignKey(
        Organization, verbose_name=_("addressed to"), on_delete=models.PROTECT, related_name="proposals"
    )
    kind = models.CharField(_("kind of proposal"), max_length=15, choices=Kind, default=Kind.NEW_FIELD)
    scope = models.TextField(_("scope"))
    justification = models.TextField(_("justification"), blank=True)
    received_on = models.DateField(_("received on"))
    reply_by_on = models.DateField(_("comments close on"), null=True, blank=True)
    board_decision_on = models.DateField(_("the board decides on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.DRAFT)
    logged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    logged_by_label = models.CharField(max_length=120)
    logged_at = models.DateTimeField(default=timezone.now)
    circulated_at = models.DateTimeField(null=True, blank=True)
    circulated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    extension_reason = models.CharField(_("reason for the later date"), max_length=300, blank=True)
    closing_reason = models.CharField(_("reason"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, default=Result.UNKNOWN)
    result_note = models.TextField(_("the decision in words"), blank=True)
    result_on = models.DateField(_("decided on"), null=True, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="proposal_number_used_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(reply_by_on__isnull=False, circulated_at__isnull=False),
                name="circulated_proposals_have_a_deadline",
            ),
        ]
        indexes = [models.Index(fields=["state", "reply_by_on"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("proposals:detail", args=[self.reference])

    def is_closed(self, at: datetime | None = None) -> bool:
        """Whether comments are closed: the clock alone says so, at the same instant for everybody."""
        return self.reply_by_on is not None and (at or timezone.now()) > deadline_at(self.reply_by_on)

    @property
    def is_out_for_comment(self) -> bool:
        return self.state == self.State.CIRCULATED and not self.is_closed()

    @property
    def state_in_words(self) -> str:
        """The state as readers see it, with what the clock says."""
        if self.state == self.State.CIRCULATED:
            return str(_("Comments closed") if self.is_closed() else _("Out for comment"))
        return str(self.get_state_display())

    @property
    def sentence(self) -> str:
        """SAC proposal to ISO/TMB for a new field of technical activity."""
        forms = {
            self.Kind.NEW_FIELD: _("%(proposer)s proposal to %(board)s for a new field of technical activity"),
            self.Kind.WORK_ITEM: _("%(proposer)s proposal to %(board)s for a new work item"),
            self.Kind.QUESTION: _("%(proposer)s proposal to %(board)s for a new study group question or focus group"),
        }
        return forms[self.Kind(self.kind)] % {"proposer": self.proposer, "board": self.organization.board}

    @property
    def in_words(self) -> str:
        """SAC proposal to ISO/TMB for a new field of technical activity, “Consumer product safety management”."""
        return f"{self.sentence}, “{self.title}”."


class ProposalFile(Attachment):
    """The proposal form or an annex, as received."""

    subject = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")


class ProposalRemark(Remark):
    """A comment on a proposal, with a stance; one that came after the deadline is marked late."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("Supports")
        CONCERN = "concern", _("Has a concern")
        NEUTRAL = "neutral", _("Neutral")

    subject = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="remarks")
    stance = models.CharField(_("stance"), max_length=10, choices=Stance, default=Stance.NEUTRAL)
    late = models.BooleanField(_("late"), default=False)


class Interest(Illustrative):
    """What one committee answers when asked about a proposal, or declares by itself."""

    class Answer(models.TextChoices):
        NO_ANSWER = "no_answer", _("No answer yet")
        INTERESTED = "interested", _("Interested")
        LEAD = "lead", _("Wants to lead")
        JOINT = "joint", _("Wants joint work")
        OVERLAP = "overlap", _("Sees overlap")
        NONE = "none", _("No interest")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="interests")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="interests")
    answer = models.CharField(_("interest"), max_length=12, choices=Answer, default=Answer.NO_ANSWER)
    note = models.CharField(_("note"), max_length=500, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_label = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["committee__acronym"]
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        constraints = [models.UniqueConstraint(fields=["proposal", "committee"], name="one_interest_per_committee")]

    def __str__(self) -> str:
        return f"{self.committee}: {self.get_answer_display()}"

    @property
    def is_open(self) -> bool:
        return self.answer == self.Answer.NO_ANSWER

    @property
    def stamp(self) -> str:
        """Says which answer stands; empty while there is none."""
        return self.answered_at.isoformat() if self.answered_at else ""

    @property
    def is_positive(self) -> bool:
        """Whether the committee wants to have a part in the matter, be it because it sees an overlap."""
        return self.answer not in (self.Answer.NO_ANSWER, self.Answer.NONE)


class Related(models.Model):
    """Whose work a proposal is likely to touch, as worked out once for one state of its text and of the knowledge:
    rows of acronym, score and reason, the likeliest first."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="related")
    rows = models.JSONField(default=list)
    text_version = models.PositiveIntegerField()
    knowledge = models.CharField(max_length=64)
    has_scopes = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("likely related committees")
        verbose_name_plural = _("likely related committees")

    def __str__(self) -> str:
        return f"{self.proposal.reference}: {len(self.rows)}"


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


class ForwardedComments(models.Model):
    """Comments that were shared with the organization concerned, as they stood at that moment."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="forwarded")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    count = models.PositiveIntegerField(_("comments"))
    text = models.TextField(_("the comments as sent"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("forwarded comments")
        verbose_name_plural = _("forwarded comments")

    def __str__(self) -> str:
        return f"{self.proposal.reference}, {self.at:%Y-%m-%d}"


class ProposalEntry(Entry):
    """One line of a proposal's history."""

    class Action(models.TextChoices):
        LOG = "log", _("logged")
        EDIT = "edit", _("edited")
        ATTACH = "attach", _("attached a file")
        CIRCULATE = "circulate", _("circulated")
        EXTEND = "extend", _("extended the deadline")
        COMMENT = "comment", _("commented")
        RESOLVE = "resolve", _("resolved a comment")
        REOPEN = "reopen", _("reopened a comment")
        ASK = "ask", _("asked a committee")
        DECLARE = "declare", _("declared an interest")
        DRAFT = "draft", _("drafted the recommendation")
        REVISE = "revise", _("revised the recommendation")
        PROPOSE = "propose", _("proposed the recommendation")
        APPROVE = "approve", _("gave a verdict")
        SUBMIT = "submit", _("submitted the recommendation")
        FORWARD = "forward", _("forwarded the comments")
        CLOSE = "close", _("closed without action")
        RECORD = "record", _("recorded the outcome")
        WITHDRAW = "withdraw", _("withdrew")

    subject = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
