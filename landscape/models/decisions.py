"""What the scores of an area came to, and what the group decided about it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Illustrative, User
from landscape.models.areas import Area
from landscape.models.rounds import PriorityRound
from meetings.models import Meeting


class AreaResult(models.Model):
    """What the scores of one area came to in a round, kept up by the service that takes the scores, so that lists need
    not add up every score again. `by_criterion` is the mean of the organizations for each criterion that has one,
    `by_organization` that of each organization; `marks` are each member's own mean: the account, the organization's
    code, the value."""

    round = models.ForeignKey(PriorityRound, on_delete=models.PROTECT, related_name="results")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="results")
    value = models.FloatField(null=True)
    median = models.FloatField(null=True)
    by_criterion = models.JSONField(default=dict)
    by_organization = models.JSONField(default=dict)
    marks = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "area"], name="one_result_per_round_and_area")]
        indexes = [models.Index(fields=["round", "value"], name="result_by_value")]

    def __str__(self) -> str:
        return f"{self.area}: {self.value}"


class AreaDecision(Illustrative):
    """The group decided whether an area gets extra support on coordination. The newest counts, the earlier ones stay;
    the database refuses to change any."""

    append_only = True

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        LATER = "later", _("Later")
        NO = "no", _("No")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="decisions")
    round = models.ForeignKey(PriorityRound, null=True, on_delete=models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("extra support"), max_length=5, choices=Answer)
    reason = models.CharField(_("reason"), max_length=500)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("decision on an area")
        verbose_name_plural = _("decisions on areas")
        indexes = [models.Index(fields=["area", "-at", "-id"], name="decision_newest")]

    def __str__(self) -> str:
        """Yes, 8th meeting: as a list names it."""
        place = _("meeting %(number)d") % {"number": self.meeting.number} if self.meeting else ""
        return ", ".join(str(part) for part in (self.get_answer_display(), place) if part)
