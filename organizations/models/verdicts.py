"""What rooms build on: an organization's verdict on a revision, and a comment in a capacity."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Illustrative, User
from organizations.models.committees import Committee
from organizations.models.places import Organization


class Approval(models.Model):
    """An organization's verdict on one exact revision. A child adds `revision`, related name `approvals`, and the
    unique constraint over revision and organization; a new revision asks again and earlier verdicts stay."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        COMMENTS = "comments", _("Approved with comments")
        CHANGES = "changes", _("Asks for changes")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    for_absent_colleague = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["organization__position"]

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_verdict_display()}"

    @property
    def approves(self) -> bool:
        return self.verdict in (self.Verdict.APPROVED, self.Verdict.COMMENTS)

    @property
    def in_words(self) -> str:
        """The verdict, and whether it was given on behalf of somebody absent; every page and export says it so."""
        words = str(self.get_verdict_display())
        return f"{words} ({_('on behalf of an absent colleague')})" if self.for_absent_colleague else words

    @property
    def sentence(self) -> str:
        """ISO approves with comments."""
        forms = {
            self.Verdict.APPROVED: _("%(organization)s approves"),
            self.Verdict.COMMENTS: _("%(organization)s approves with comments"),
            self.Verdict.CHANGES: _("%(organization)s asks for changes"),
        }
        return str(forms[self.Verdict(self.verdict)] % {"organization": self.organization})


class Remark(Illustrative):
    """A comment in a capacity. A child adds `subject`, related name `remarks`. Threads have one level."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("comment"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    committee = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_label = models.CharField(max_length=120, blank=True)
    resolution = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.author_label}: {self.text[:60]}"
