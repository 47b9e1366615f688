"""Priority rounds: criteria, scores, reasons."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import deadline_at
from core.models import Entry, Illustrative, User, Versioned
from landscape.models.areas import Area
from organizations.models import Organization


class PriorityRound(Illustrative, Versioned):
    """Members score every open area until a day; then the result says which need extra support. At most one is open."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    opens_on = models.DateField(_("opened on"))
    closes_on = models.DateField(_("scoring closes on"))
    closed_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)

    class Meta:
        ordering = ["-opens_on", "-pk"]
        verbose_name = _("priority round")
        verbose_name_plural = _("priority rounds")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="open"), name="one_open_priority_round"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('landscape:ranking')}?round={self.pk}"

    def is_over(self, at: datetime | None = None) -> bool:
        """Whether scoring has ended: a secretary closed it, or the clock did, at the same instant for everybody."""
        return self.state == self.State.CLOSED or (at or timezone.now()) > deadline_at(self.closes_on)


class Criterion(models.Model):
    """One question of a round, with its weight in the result."""

    round = models.ForeignKey(PriorityRound, on_delete=models.PROTECT, related_name="criteria")
    name = models.CharField(_("criterion"), max_length=80)
    question = models.CharField(_("question"), max_length=300)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(fields=["round", "name"], name="criterion_once_per_round"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="criterion_weighs_1_to_100"),
        ]

    def __str__(self) -> str:
        return self.name


class Score(models.Model):
    """One member's answer to one criterion for one area, 1 to 5; none is an abstention. It counts for the
    organization that the member had at that moment."""

    round = models.ForeignKey(PriorityRound, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="scores")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "area", "user"], name="one_score_per_member_and_criterion"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=1, value__lte=5), name="score_from_1_to_5"
            ),
        ]
        indexes = [
            models.Index(fields=["round", "area"]),
            models.Index(fields=["round", "user", "area"], name="score_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.value or '-'}"


class ScoreReason(models.Model):
    """A member's reason for the scores of one area, in one sentence; shown with the scores."""

    round = models.ForeignKey(PriorityRound, on_delete=models.PROTECT, related_name="reasons")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="reasons")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    user_label = models.CharField(max_length=120)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["organization__position", "user_label"]
        constraints = [models.UniqueConstraint(fields=["round", "area", "user"], name="one_reason_per_member_and_area")]

    def __str__(self) -> str:
        return self.text


class RoundEntry(Entry):
    """One line of a priority round's history."""

    class Action(models.TextChoices):
        OPEN = "open", _("opened the round")
        CLOSE = "close", _("closed the round")

    subject = models.ForeignKey(PriorityRound, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
