"""What stays of a letter that was sent: its page as it was, who acknowledged, and what an organization sent itself."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.letters import CoverEdition, Letter
from organizations.models import Contact, Organization


def stored_name(instance: LetterRecord, filename: str) -> str:
    """Kept under a generated name."""
    return f"letters/{uuid.uuid4().hex}.pdf"


class LetterRecord(models.Model):
    """One organization's letter as it was released: the page, its digest, and who had approved it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="records")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(CoverEdition, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    pdf = models.FileField(upload_to=stored_name)
    sha256 = models.CharField(max_length=64)
    approved_label = models.CharField(max_length=300, blank=True)
    approved_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["organization__position"]
        constraints = [models.UniqueConstraint(fields=["letter", "organization"], name="one_record_per_organization")]

    def __str__(self) -> str:
        return f"{self.letter}: {self.organization}"


class Acknowledgement(models.Model):
    """A national body that a letter asks for an acknowledgement, and when it gave it. The person is the contact's."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="acknowledgements")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("acknowledged"), null=True)

    class Meta:
        ordering = ["organization__position", "contact__country", "contact__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["letter", "contact"], name="asked_once_per_letter")]

    def __str__(self) -> str:
        return f"{self.letter}: {self.contact_id}"


class OutsideDispatch(models.Model):
    """An organization that sends a letter by its own mail system: decided before the release, recorded after it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="outside")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    decided_label = models.CharField(max_length=120)
    decided_at = models.DateTimeField(default=timezone.now)
    sent_on = models.DateField(_("sent on"), null=True)
    recipients = models.PositiveIntegerField(_("recipients"), null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_label = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["organization__position"]
        constraints = [models.UniqueConstraint(fields=["letter", "organization"], name="outside_decided_once")]

    def __str__(self) -> str:
        return f"{self.letter}: {self.organization}"
