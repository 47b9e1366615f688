"""Audiences kept under a name, to be used again."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from organizations.models import Committee, Contact, Organization


class SavedAudience(Versioned):
    """Whom letters of one sort go to; choosing it fills a letter's audience, which then is the letter's own."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    organizations = models.ManyToManyField(Organization, related_name="+", verbose_name=_("organizations"))
    capacities = models.JSONField(_("audience"), default=list)
    committee_kinds = models.JSONField(_("kinds of committee"), default=list, blank=True)
    committees = models.ManyToManyField(Committee, related_name="+", verbose_name=_("committees"))
    with_subcommittees = models.BooleanField(_("with their subcommittees"), default=False)
    country = models.CharField(_("country"), max_length=60, blank=True)
    saved_label = models.CharField(max_length=120, editable=False)
    saved_at = models.DateTimeField(default=timezone.now, editable=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved audience")
        verbose_name_plural = _("saved audiences")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("communications:edit_audience", args=[self.pk])

    @property
    def capacity_labels(self) -> list[str]:
        return [str(label) for value, label in Contact.Capacity.choices if value in self.capacities]
