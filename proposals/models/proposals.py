"""The proposal, its files and its history."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.addresses import address_of
from core.dates import deadline_at, in_geneva
from core.models import Entry, Illustrative, User, Versioned
from documents.models import Attachment
from organizations.models import Organization


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
    # When everybody was last told by when to answer: at the circulation, the extension, the reopening.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    comments_closed_at = models.DateTimeField(_("comments closed"), null=True, blank=True, editable=False)
    comments_closed_reason = models.CharField(_("why comments were closed early"), max_length=300, blank=True)
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
        # The list at ten thousand: what it filters by is in the index in whose order it reads.
        indexes = [
            models.Index(fields=["state", "reply_by_on"]),
            models.Index(
                fields=["state", "year", "number", "organization", "reply_by_on", "circulated_at"],
                name="proposal_listed",
            ),
            models.Index(
                fields=["title", "state", "organization", "reply_by_on", "circulated_at", "year", "number"],
                name="proposal_by_title",
            ),
            models.Index(
                ExpressionWrapper(Q(state__in=["draft", "circulated", "recommendation"]), models.BooleanField()).desc(),
                F("year").desc(),
                F("number").desc(),
                "state",
                "organization",
                "reply_by_on",
                "circulated_at",
                name="proposal_open_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return address_of("proposals:detail", self.reference)

    def is_closed(self, at: datetime | None = None) -> bool:
        """Whether comments are closed: by the clock, or by hand before it; at the same instant for everybody."""
        return self.closes_at is not None and (at or timezone.now()) > self.closes_at

    def is_late(self, at: datetime | None = None, received_on: date | None = None) -> bool:
        """Whether an answer of that moment is late; one that came by e-mail is judged by the day it was received."""
        if received_on is None or self.closes_at is None:
            return self.is_closed(at)
        return received_on > in_geneva(self.closes_at).date()

    @property
    def closes_at(self) -> datetime | None:
        """The instant at which comments close or closed, for everybody."""
        if self.comments_closed_at:
            return self.comments_closed_at
        return deadline_at(self.reply_by_on) if self.reply_by_on else None

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
        return str(SENTENCES[self.kind] % {"proposer": self.proposer, "board": self.organization.board})

    @property
    def in_words(self) -> str:
        """SAC proposal to ISO/TMB for a new field of technical activity, “Consumer product safety management”."""
        return f"{self.sentence}, “{self.title}”."


SENTENCES = {
    Proposal.Kind.NEW_FIELD: _("%(proposer)s proposal to %(board)s for a new field of technical activity"),
    Proposal.Kind.WORK_ITEM: _("%(proposer)s proposal to %(board)s for a new work item"),
    Proposal.Kind.QUESTION: _("%(proposer)s proposal to %(board)s for a new study group question or focus group"),
}


class ProposalFile(Attachment):
    """The proposal form or an annex, as received."""

    subject = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")


class ProposalEntry(Entry):
    """One line of a proposal's history."""

    class Action(models.TextChoices):
        LOG = "log", _("logged")
        EDIT = "edit", _("edited")
        ATTACH = "attach", _("attached a file")
        CONSIDER = "consider", _("answered the checklist")
        ADOPT = "adopt", _("moved the checklist to a newer list")
        CIRCULATE = "circulate", _("circulated")
        EXTEND = "extend", _("extended the deadline")
        CLOSE_COMMENTS = "close_comments", _("closed the comments")
        REMIND = "remind", _("reminded")
        RECEIVE = "receive", _("recorded a reply received by e-mail")
        COMMENT = "comment", _("commented")
        RESOLVE = "resolve", _("resolved a comment")
        REOPEN = "reopen", _("reopened")
        DISPOSE = "dispose", _("gave a disposition")
        ASK = "ask", _("asked a committee")
        DECLARE = "declare", _("declared an interest")
        DRAFT = "draft", _("drafted the recommendation")
        REVISE = "revise", _("revised the recommendation")
        PROPOSE = "propose", _("proposed the recommendation")
        APPROVE = "approve", _("gave a verdict")
        SUBMIT = "submit", _("submitted the recommendation")
        CORRECT = "correct", _("corrected a submission")
        NOTE = "note", _("noted a board's result")
        LINK = "link", _("linked what came of it")
        UNLINK = "unlink", _("removed a link")
        FORWARD = "forward", _("forwarded the comments")
        CLOSE = "close", _("closed without action")
        RECORD = "record", _("recorded the outcome")
        WITHDRAW = "withdraw", _("withdrew")

    subject = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
