"""Baselines: the whole register as it stood at one moment, under a name."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Entry, Illustrative, User
from landscape.models.areas import Area
from landscape.models.rounds import PriorityRound


class Baseline(Illustrative):
    """The open areas as they stood at one moment, with their rank in the newest round that was over. It is taken
    once; the database refuses to change it."""

    append_only = True

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    revision = models.PositiveIntegerField(_("revision of the landscape"))
    size = models.PositiveIntegerField(_("areas"))
    round = models.ForeignKey(PriorityRound, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taken_by_label = models.CharField(max_length=120)

    class Meta:
        ordering = ["-taken_at", "-pk"]
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("landscape:baseline", args=[self.pk])


class BaselineArea(models.Model):
    """One area in a baseline: a copy of its text and facts, as its revision `number` kept them, and its rank."""

    append_only = True

    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, related_name="areas")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    text = models.TextField()
    facts = models.JSONField(default=dict)
    rank = models.PositiveIntegerField(null=True)
    illustrative_mark = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["baseline", "area"], name="area_once_per_baseline")]

    def __str__(self) -> str:
        return str(self.facts.get("name", ""))


class BaselineEntry(Entry):
    """One line of a baseline's history: that it was taken."""

    class Action(models.TextChoices):
        TAKE = "take", _("took the baseline")

    subject = models.ForeignKey(Baseline, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False


class AreaImport(models.Model):
    """A file of areas that was read and waits for its sender's word. `seen` holds the version of each area at the
    moment when the changes were shown: what changes afterwards is shown again before anything is written."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    content = models.TextField()
    seen = models.JSONField(default=dict)
    accepted_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("landscape:check_import", args=[self.pk])
