"""Comments on an area."""

from __future__ import annotations

from django.db import models

from landscape.models.areas import Area
from organizations.models import Remark


class AreaRemark(Remark):
    """A comment on an area."""

    subject = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="remarks")
