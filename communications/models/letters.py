"""Circular letters: one body, three covers, the exact wholes that organizations approve."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.addresses import address_of
from core.dates import in_geneva
from core.models import Entry, Illustrative, Versioned
from documents.models import Revision
from organizations.models import Approval, Committee, Contact, Organization
from post.models import Mailing


class Letter(Illustrative, Versioned):
    """A circular letter. `edition` counts the changes of what all three organizations approve: subject, body,
    attachments and audience. Once released its progress is what its mailing says."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FOR_APPROVAL = "for_approval", _("For approval")
        APPROVED = "approved", _("Approved")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("letter"))
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.DRAFT)
    edition = models.PositiveIntegerField(default=1, editable=False)
    organizations = models.ManyToManyField(Organization, related_name="+", verbose_name=_("organizations"))
    capacities = models.JSONField(_("audience"), default=list)
    committee_kinds = models.JSONField(_("kinds of committee"), default=list, blank=True)
    committees = models.ManyToManyField(Committee, related_name="+", verbose_name=_("committees"))
    with_subcommittees = models.BooleanField(_("with their subcommittees"), default=False)
    country = models.CharField(_("country"), max_length=60, blank=True)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    mailing = models.ForeignKey(Mailing, null=True, on_delete=models.PROTECT, related_name="+")
    # Organizations that send it by their own mail system and have not recorded yet that they did.
    waiting_outside = models.PositiveSmallIntegerField(default=0, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    sent_label = models.CharField(max_length=120, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_at = models.DateTimeField(default=timezone.now, editable=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("circular letter")
        verbose_name_plural = _("circular letters")

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return address_of("communications:letter", self.pk)

    @property
    def sent_on(self) -> date | None:
        """The day of its release, in Geneva."""
        return in_geneva(self.sent_at).date() if self.sent_at else None

    @property
    def is_released(self) -> bool:
        return self.state in (self.State.SENDING, self.State.SENT)

    @property
    def state_words(self) -> str:
        """What pages say: once released, what became of its mailing is the truth."""
        if not self.is_released or self.mailing is None:
            return str(self.get_state_display())
        if self.mailing.state == Mailing.State.FINISHED and self.waiting_outside:
            return str(_("Waits for an organization that sends it itself"))
        words = {Mailing.State.HELD: _("Held for undo"), Mailing.State.FINISHED: self.State.SENT.label}
        return str(words.get(self.mailing.state, self.mailing.get_state_display()))

    @property
    def capacity_labels(self) -> list[str]:
        return [str(label) for value, label in Contact.Capacity.choices if value in self.capacities]

    @property
    def committee_kind_labels(self) -> list[str]:
        return [str(label) for value, label in Committee.Kind.choices if value in self.committee_kinds]


class LetterAttachment(models.Model):
    """A document that the letter carries, pinned to one revision."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="attachments")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["letter", "revision"], name="revision_attached_once")]

    def __str__(self) -> str:
        return self.revision.reference


class Cover(Versioned):
    """One organization's cover page: its reference, addressees, salutation and signature.
    `edition` counts the exact wholes, letter and cover together, that this organization was asked to approve."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="covers")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    addressees = models.TextField(_("addressees"))
    salutation = models.CharField(_("salutation"), max_length=120)
    closing = models.CharField(_("closing"), max_length=120)
    signatory = models.CharField(_("signed by"), max_length=150)
    signatory_title = models.CharField(_("function of the signatory"), max_length=200, blank=True)
    dated_on = models.DateField(_("date of the letter"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=80, default="Geneva")
    edition = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["organization__position"]
        constraints = [models.UniqueConstraint(fields=["letter", "organization"], name="one_cover_per_organization")]
        verbose_name = _("cover page")
        verbose_name_plural = _("cover pages")

    def __str__(self) -> str:
        return f"{self.letter}: {self.organization}"


class CoverEdition(models.Model):
    """One exact whole of letter and cover, as shown to the organization that approves it. A change of the letter
    makes a new edition of every cover, a change of one cover a new one of that cover: approvals of older editions
    stay on record and no longer count."""

    cover = models.ForeignKey(Cover, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["cover", "number"], name="one_edition_per_number")]

    def __str__(self) -> str:
        return f"{self.cover} {self.number}"


class LetterApproval(Approval):
    """An organization's verdict on one exact edition of its cover and the letter."""

    revision = models.ForeignKey(CoverEdition, on_delete=models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["revision", "organization"], name="one_verdict_per_edition")]


class LetterEntry(Entry):
    """One line of a letter's history."""

    class Action(models.TextChoices):
        DRAFT = "draft", _("drafted")
        EDIT = "edit", _("edited")
        EDIT_COVER = "edit_cover", _("edited a cover")
        PROPOSE = "propose", _("asked for approval")
        APPROVE = "approve", _("gave a verdict")
        SEND = "send", _("sent")
        UNDO = "undo", _("took back")
        PAUSE = "pause", _("paused")
        RESUME = "resume", _("resumed")
        ABORT = "abort", _("stopped")
        MISSING = "missing", _("sent to the missing")
        FINISH = "finish", _("finished")
        WITHDRAW = "withdraw", _("withdrew")
        OUTSIDE = "outside", _("sends it by the own mail system")
        TEST = "test", _("sent a test")
        SCHEDULE = "schedule", _("scheduled")
        RESCHEDULE = "reschedule", _("moved")
        UNSCHEDULE = "unschedule", _("cancelled the schedule")
        REFUSE = "refuse", _("did not send")

    subject = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
