"""What meetings said about a letter or a milestone."""

from __future__ import annotations

from django.db import models

from communications.models.letters import Letter
from communications.models.plans import Step
from meetings.models import OutcomeAbout


class OutcomeAboutLetter(OutcomeAbout):
    """An outcome of a meeting about a circular letter, named as “letter 3”."""

    subject = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="outcomes_about")

    class Meta(OutcomeAbout.Meta):
        abstract = False


class OutcomeAboutStep(OutcomeAbout):
    """An outcome of a meeting about a step of the work plan, named by its milestone as “milestone 4”."""

    subject = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="outcomes_about")

    class Meta(OutcomeAbout.Meta):
        abstract = False
