"""The communication plan, and the work plan with its steps."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Entry, Illustrative, Versioned
from documents.models import Revision
from organizations.models import Organization


class Plan(Illustrative, Versioned):
    """Why SPCG speaks and what it says: purpose and key messages, linked to its number in the register."""

    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)
    key_messages = models.TextField(_("key messages"), blank=True)
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("communication plan")
        verbose_name_plural = _("communication plans")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communications:plan")


class WorkPlan(Illustrative, Versioned):
    """A period's steps and milestones; the newest one is the work plan that the page shows."""

    title = models.CharField(_("title"), max_length=200)
    period = models.CharField(_("period"), max_length=40)
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("work plan")
        verbose_name_plural = _("work plans")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communications:work_plan")


AUDIENCES = (
    _("Chairs and committee managers"),
    _("Convenors"),
    _("National Committees and member bodies"),
    _("ITU-T membership"),
    _("Technical boards"),
    _("SPCG members"),
)


class Step(Illustrative, Versioned):
    """One step of the work plan towards its milestone. Whether it is late is computed from the clock."""

    work_plan = models.ForeignKey(WorkPlan, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField(_("position"), default=0)
    title = models.CharField(_("step"), max_length=200)
    audience = models.CharField(_("audience"), max_length=120)
    owners = models.ManyToManyField(Organization, related_name="+", verbose_name=_("responsible"))
    start_on = models.DateField(_("start"))
    due_on = models.DateField(_("milestone"))
    done_on = models.DateField(_("reached on"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    evidence_revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("note"), blank=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["position", "start_on", "pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("start_on")), name="milestone_after_start"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communications:step", args=[self.pk])


class PlanEntry(Entry):
    """One line of the communication plan's history."""

    class Action(models.TextChoices):
        SET = "set", _("wrote")
        EDIT = "edit", _("edited")

    subject = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False


class StepEntry(Entry):
    """One line of a step's history."""

    class Action(models.TextChoices):
        ADD = "add", _("added")
        EDIT = "edit", _("edited")
        COMPLETE = "complete", _("marked as reached")
        REOPEN = "reopen", _("reopened")

    subject = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
