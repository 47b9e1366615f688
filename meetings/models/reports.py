"""Comments on a circulated report."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import Revision
from meetings.models.meetings import Meeting
from organizations.models import Remark


class ReportRemark(Remark):
    """A comment on the report of a meeting, on the exact revision that its writer read, and what became of it."""

    class Disposition(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Not accepted")
        NOTED = "noted", _("Noted")

    subject = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="remarks")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    disposition = models.CharField(_("what becomes of it"), max_length=10, choices=Disposition, blank=True)

    class Meta(Remark.Meta):
        abstract = False
        verbose_name = _("comment on a report")
        verbose_name_plural = _("comments on reports")
