"""Whose work a proposal is likely to touch."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from proposals.models.proposals import Proposal


class Related(models.Model):
    """Whose work a proposal is likely to touch, as worked out once for one state of its text and of the knowledge:
    rows of acronym, score and reason, the likeliest first."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="related")
    rows = models.JSONField(default=list)
    text_version = models.PositiveIntegerField()
    knowledge = models.CharField(max_length=64)
    has_scopes = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("likely related committees")
        verbose_name_plural = _("likely related committees")

    def __str__(self) -> str:
        return f"{self.proposal.reference}: {len(self.rows)}"
