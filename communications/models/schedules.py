"""The day and time at which the portal releases a letter by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.letters import Letter
from core.models import Versioned


class Schedule(Versioned):
    """One planned release: who asked for it, for when, and for how many recipients. What is due is a query; a letter
    has at most one that is open, and each ends with an outcome."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("scheduled")
        SENT = "sent", _("sent as scheduled")
        REFUSED = "refused", _("did not go")
        CANCELLED = "cancelled", _("cancelled")
        OVERTAKEN = "overtaken", _("sent by hand or withdrawn before")

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="schedules")
    due_at = models.DateTimeField()
    expected = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            models.UniqueConstraint(
                fields=["letter"], condition=models.Q(outcome="open"), name="one_open_schedule_per_letter"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(outcome="open"), name="schedule_due")]

    def __str__(self) -> str:
        return f"{self.letter}: {self.due_at}"
