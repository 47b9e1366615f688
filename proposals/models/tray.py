"""Files chosen in a form that is not sent yet."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from core.models import User
from documents.models import Attachment


class Tray(models.Model):
    """What one person has chosen in one opened form (its sheet): held, so that it need not be chosen again."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sheet = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "sheet"], name="one_tray_per_sheet")]

    def __str__(self) -> str:
        return f"{self.owner}: {self.sheet}"


class TrayFile(Attachment):
    """A judged file in a tray."""

    subject = models.ForeignKey(Tray, on_delete=models.CASCADE, related_name="attachments")
