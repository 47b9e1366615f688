"""Suggested edits of an area's text."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Illustrative, User
from landscape.models.areas import Area, AreaRevision
from organizations.models import Organization


class AreaSuggestion(Illustrative):
    """The text as a member would have it, made out of the revision `base`. What it changes is worked out against the
    text that stands, so that suggestions whose words nobody touched stay good whatever is accepted before them."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    subject = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="suggestions")
    base = models.ForeignKey(AreaRevision, on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("text"))
    reason = models.CharField(_("reason"), max_length=300)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_label = models.CharField(max_length=120, blank=True)
    word = models.CharField(_("word"), max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("suggested edit")
        verbose_name_plural = _("suggested edits")
        indexes = [models.Index(fields=["subject", "state"])]

    def __str__(self) -> str:
        return f"{self.author_label}: {self.reason}"

    def get_absolute_url(self) -> str:
        return f"{reverse('landscape:area', args=[self.subject.slug])}#suggestion-{self.pk}"
