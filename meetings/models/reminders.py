"""Reminders of actions."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from meetings.models.meetings import Outcome


class ActionReminder(models.Model):
    """Those in charge of an action were reminded at one step, counted in days to the day on which it was due; a new
    due date begins anew. Each step once, so that of two workers at one instant one reminds."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    days = models.SmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "due_on", "days"], name="action_reminded_once_at_each_step")
        ]

    def __str__(self) -> str:
        return f"{self.outcome}, {self.days}"
