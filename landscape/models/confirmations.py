"""Still true: each organization's word that an area is right as it reads, and the period after which it is asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Entry, User, Versioned
from landscape.models.areas import Area, AreaRevision
from organizations.models import Organization


class Confirmation(models.Model):
    """An organization confirmed that an area is still true as it reads in one revision. The last one counts, the
    earlier ones stay; the database refuses to change any."""

    append_only = True

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="confirmations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(AreaRevision, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        indexes = [models.Index(fields=["organization", "area", "at"])]

    def __str__(self) -> str:
        return f"{self.organization}: {self.area}"


class ConfirmationPeriod(Versioned):
    """After how many days without a confirmation an area is stale; one row, kept by the administrator."""

    DEFAULT, SHORTEST, LONGEST = 180, 14, 1096

    days = models.PositiveSmallIntegerField(_("days"), default=DEFAULT)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_confirmation_period"),
            models.CheckConstraint(condition=Q(days__gte=14, days__lte=1096), name="confirmation_period_in_days"),
        ]

    def __str__(self) -> str:
        return str(_("Confirmation of the landscape"))

    def get_absolute_url(self) -> str:
        return reverse("landscape:list")


class PeriodEntry(Entry):
    """One line of the history of the confirmation period: what it was set to, and who was asked."""

    class Action(models.TextChoices):
        SET_PERIOD = "set_period", _("set the period")
        ASK = "ask", _("asked for confirmation")

    subject = models.ForeignKey(ConfirmationPeriod, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False


class ConfirmationRequest(models.Model):
    """The secretaries of one organization were asked by mail to confirm; each number is used once, so that of two
    workers at one instant one asks."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    areas = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["organization", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="confirmation_asked_once_per_period")
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.number}"
