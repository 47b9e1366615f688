"""Board reports: one body, three covers, so that TMB, SMB and TSAG read the same."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.addresses import address_of
from core.models import Entry, Illustrative, TextRevision, User, Versioned
from documents.models import Revision
from organizations.models import Approval, Organization


class BoardReport(Illustrative, Versioned):
    """The report of progress of one period. Its body is in its revisions; the covers differ, the body never."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FOR_APPROVAL = "for_approval", _("For approval")
        APPROVED = "approved", _("Approved")

    title = models.CharField(_("title"), max_length=200)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("until"))
    state = models.CharField(max_length=15, choices=State, default=State.DRAFT)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-period_to", "-pk"]
        verbose_name = _("board report")
        verbose_name_plural = _("board reports")
        constraints = [
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="report_period_runs_forward")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("reports:detail", self.pk)


class ReportRevision(TextRevision):
    """One state of the body: `sections` as edited, `body` as the publishing engine's structured content, and its
    fingerprint. Only an exact revision is approved."""

    subject = models.ForeignKey(BoardReport, on_delete=models.PROTECT, related_name="revisions")
    sections = models.JSONField(default=list)
    body = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)

    class Meta(TextRevision.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="report_revision_once")]


class ReportAttachment(models.Model):
    """A registered document that the report attaches, pinned to its exact revision."""

    report_revision = models.ForeignKey(ReportRevision, on_delete=models.PROTECT, related_name="attachments")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["report_revision", "revision"], name="attached_once")]

    def __str__(self) -> str:
        return str(self.revision)


class BoardCover(Versioned):
    """What stands before the body for one board; a change here changes nothing of the body."""

    report = models.ForeignKey(BoardReport, on_delete=models.PROTECT, related_name="covers")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(_("number of the paper"), max_length=60, blank=True)
    meeting = models.CharField(_("place and dates of the board's meeting"), max_length=120, blank=True)
    purpose = models.CharField(_("purpose"), max_length=60)
    contact = models.CharField(_("contact"), max_length=200)
    abstract = models.TextField(_("abstract"))
    action = models.TextField(_("action"))

    class Meta:
        ordering = ["organization__position"]
        constraints = [models.UniqueConstraint(fields=["report", "organization"], name="one_cover_per_board")]

    def __str__(self) -> str:
        return f"{self.report}, {self.organization.board}"


class ReportApproval(Approval):
    """One secretary's verdict for the own organization, on one exact revision."""

    revision = models.ForeignKey(ReportRevision, on_delete=models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["revision", "organization"], name="report_verdict_once")]


class ReportExport(models.Model):
    """One file that left the portal: the hash of its bytes, the exact body in it, who took it and when. Without an
    organization it is the archive of all nine. Only this record says of a file that it was exported."""

    append_only = True

    revision = models.ForeignKey(ReportRevision, on_delete=models.PROTECT, related_name="exports")
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    format = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    draft = models.BooleanField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        board = self.organization.board if self.organization else _("all three boards")
        return f"{self.revision.subject}, {board}, {self.format.upper()}"


class ReportEntry(Entry):
    """One line of a board report's history."""

    class Action(models.TextChoices):
        DRAFT = "draft", _("drafted")
        EDIT = "edit", _("edited")
        COMPOSE = "compose", _("composed again from the records")
        COVER = "cover", _("changed a cover")
        PROPOSE = "propose", _("asked for approval")
        APPROVE = "approve", _("approved")

    subject = models.ForeignKey(BoardReport, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
