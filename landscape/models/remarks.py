"""Comments on an area."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from landscape.models.areas import Area, AreaRevision
from organizations.models import Remark


class AreaRemark(Remark):
    """A comment on an area, or on a passage of its text as it read in `revision`: the words, and what stood before
    and after them, by which the passage is found again in later texts."""

    subject = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="remarks")
    revision = models.ForeignKey(AreaRevision, null=True, on_delete=models.PROTECT, related_name="+")
    quote = models.TextField(_("passage"), blank=True)
    words_before = models.CharField(max_length=100, blank=True)
    words_after = models.CharField(max_length=100, blank=True)
