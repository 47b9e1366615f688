"""What members and committees answer, and what of it was passed on."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import in_geneva, today
from core.models import Illustrative, User, Versioned
from documents.models import Attachment
from organizations.models import Committee, Remark
from proposals.models.proposals import Proposal


class ProposalRemark(Remark, Versioned):
    """A comment on a proposal, with a stance; one that came after the deadline is marked late. Its disposition is what
    the receiving organization makes of it; a reply has none."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("Supports")
        CONCERN = "concern", _("Has a concern")
        NEUTRAL = "neutral", _("Neutral")

    class Disposition(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        PARTLY = "partly", _("Partly accepted")
        NOT_ACCEPTED = "not_accepted", _("Not accepted")
        NOTED = "noted", _("Noted")

    EDIT_WITHIN = timedelta(hours=1)

    subject = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="remarks")
    stance = models.CharField(_("stance"), max_length=10, choices=Stance, default=Stance.NEUTRAL)
    late = models.BooleanField(_("late"), default=False)
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # A reply that came by e-mail: when, from whom if that person has an account, and who recorded it.
    received_on = models.DateField(_("received on"), null=True, blank=True)
    sender = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_label = models.CharField(max_length=120, blank=True)
    edited_at = models.DateTimeField(null=True)
    disposition = models.CharField(_("disposition"), max_length=12, choices=Disposition, blank=True)
    disposition_reason = models.CharField(_("reason"), max_length=500, blank=True)
    disposed_at = models.DateTimeField(null=True)
    disposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    disposed_label = models.CharField(max_length=120, blank=True)

    @property
    def is_editable(self) -> bool:
        """Whether its author may still edit it: within the hour, and before it has a disposition."""
        return not self.disposition and timezone.now() - self.at <= self.EDIT_WITHIN

    @property
    def capacity(self) -> str:
        """For whom it speaks: for IEC, or on behalf of IEC TC 111."""
        if self.committee:
            return str(_("on behalf of %(committee)s") % {"committee": self.committee.acronym})
        return str(_("for %(organization)s") % {"organization": self.organization})


class ForwardedComments(models.Model):
    """Comments that were shared with the organization concerned, as they stood at that moment: the very file that was
    sent, and to whom. The token makes a double click one sending; the fingerprint says what was in it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="forwarded")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    count = models.PositiveIntegerField(_("comments"))
    text = models.TextField(_("the comments as sent"))
    token = models.UUIDField(null=True, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True)
    recipients = models.JSONField(_("recipients"), default=list)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("forwarded comments")
        verbose_name_plural = _("forwarded comments")

    def __str__(self) -> str:
        return f"{self.proposal.reference}, {self.at:%Y-%m-%d}"


class ForwardedFile(Attachment):
    """The table of comments and dispositions, exactly as it was sent."""

    subject = models.ForeignKey(ForwardedComments, on_delete=models.PROTECT, related_name="attachments")


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
    note = models.TextField(_("statement"), blank=True)
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
    def days_open(self) -> int:
        """How many days the question has been open, by Geneva's calendar."""
        return (today() - in_geneva(self.asked_at).date()).days if self.is_open and self.asked_at else 0

    @property
    def stamp(self) -> str:
        """Says which answer stands; empty while there is none."""
        return self.answered_at.isoformat() if self.answered_at else ""

    @property
    def is_positive(self) -> bool:
        """Whether the committee wants to have a part in the matter, be it because it sees an overlap."""
        return self.answer not in (self.Answer.NO_ANSWER, self.Answer.NONE)
