"""What a meeting said about a record of a higher room."""

from __future__ import annotations

from django.db import models

from meetings.models.meetings import Outcome


class OutcomeAbout(models.Model):
    """An outcome of a meeting is about one record. A child adds `subject`, related name `outcomes_about`; the row
    follows the outcome's reference, and an outcome that is withdrawn is no longer shown."""

    outcome = models.OneToOneField(Outcome, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True
        ordering = ["-outcome__meeting__starts_at", "outcome__position"]

    def __str__(self) -> str:
        return str(self.outcome)
