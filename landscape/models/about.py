"""What meetings said about an area."""

from __future__ import annotations

from django.db import models

from landscape.models.areas import Area
from meetings.models import OutcomeAbout


class OutcomeAboutArea(OutcomeAbout):
    """An outcome of a meeting about an area, by the area's name or the last part of its address."""

    subject = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="outcomes_about")

    class Meta(OutcomeAbout.Meta):
        abstract = False
