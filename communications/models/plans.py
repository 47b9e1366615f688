"""The communication plan, and the work plan with its steps."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.addresses import address_of
from core.models import Entry, Illustrative, TextRevision, User, Versioned
from documents.models import Revision
from organizations.models import Organization


class Plan(Illustrative, Versioned):
    """Why SPCG speaks, what it says, to whom and by which channel: one living text, linked to its number in the
    register. Every save is a revision."""

    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)
    objectives = models.TextField(_("objectives"), blank=True)
    key_messages = models.TextField(_("key messages"), blank=True)
    audiences = models.TextField(_("audiences"), blank=True)
    channels = models.TextField(_("channels"), blank=True)
    revision = models.ForeignKey(
        Revision, verbose_name=_("register number"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("communication plan")
        verbose_name_plural = _("communication plans")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("communications:plan")


# The parts of the plan's text, in the order in which they are read.
PLAN_PARTS = ("purpose", "objectives", "key_messages", "audiences", "channels")


class PlanRevision(TextRevision):
    """One state of the plan, with author and reason: `parts` are its texts, `text` all of them as one."""

    subject = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="revisions")
    title = models.CharField(max_length=200)
    parts = models.JSONField(default=dict)
    reference = models.CharField(max_length=100, blank=True)

    class Meta(TextRevision.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="plan_revision_once")]


class WorkPlan(Illustrative, Versioned):
    """A period's steps and milestones; the newest one is the work plan that the page shows."""

    title = models.CharField(_("title"), max_length=200)
    period = models.CharField(_("period"), max_length=40)
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("work plan")
        verbose_name_plural = _("work plans")
        constraints = [models.UniqueConstraint(fields=["period"], name="one_work_plan_for_a_period")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("communications:work_plan")


AUDIENCES = (
    _("Chairs and committee managers"),
    _("Convenors"),
    _("National Committees and member bodies"),
    _("ITU-T membership"),
    _("Technical boards"),
    _("SPCG members"),
)


class Step(Illustrative, Versioned):
    """One step of the work plan towards its milestone. Whether it is late is computed from the clock. What was added
    by mistake is withdrawn, not deleted: it stays on record and counts nowhere."""

    work_plan = models.ForeignKey(WorkPlan, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField(_("position"), default=0)
    title = models.CharField(_("step"), max_length=200)
    audience = models.CharField(_("audience"), max_length=120)
    channel = models.CharField(_("channel"), max_length=120, blank=True)
    owners = models.ManyToManyField(Organization, related_name="+", verbose_name=_("responsible"))
    person = models.ForeignKey(
        User, verbose_name=_("person in charge"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    depends_on = models.ManyToManyField(
        "self", verbose_name=_("waits for"), symmetrical=False, blank=True, related_name="followed_by"
    )
    start_on = models.DateField(_("start"))
    due_on = models.DateField(_("milestone"))
    progress = models.PositiveSmallIntegerField(_("progress in per cent"), default=0)
    done_on = models.DateField(_("reached on"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    evidence_revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evidence_letter = models.ForeignKey(
        "communications.Letter", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence_link = models.URLField(_("link"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["position", "start_on", "pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("start_on")), name="milestone_after_start"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="step_progress_to_100"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(withdrawn_at__isnull=True), name="step_reached_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("communications:step", self.pk)


class PlanBaseline(models.Model):
    """The dates of a work plan as they stood on one day, to be held against what they are now. Never changed."""

    work_plan = models.ForeignKey(WorkPlan, on_delete=models.PROTECT, related_name="baselines")
    name = models.CharField(_("name"), max_length=120)
    at = models.DateTimeField(default=timezone.now)
    by_label = models.CharField(max_length=120)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["work_plan", "name"], name="baseline_named_once_per_work_plan")]

    def __str__(self) -> str:
        return self.name


class BaselineStep(models.Model):
    """One step in a baseline, with its dates of that day."""

    baseline = models.ForeignKey(PlanBaseline, on_delete=models.PROTECT, related_name="steps")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    start_on = models.DateField()
    due_on = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["baseline", "step"], name="step_once_per_baseline")]

    def __str__(self) -> str:
        return f"{self.baseline}: {self.step}"


class StepReminder(models.Model):
    """That somebody was reminded of a milestone that was missed; each only once for a day and a distance."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="reminders")
    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "account", "due_on", "days"], name="step_reminded_of_once")
        ]

    def __str__(self) -> str:
        return f"{self.step}, {self.days}"


class PlanEntry(Entry):
    """One line of the communication plan's history."""

    class Action(models.TextChoices):
        SET = "set", _("wrote")
        EDIT = "edit", _("edited")
        RESTORE = "restore", _("restored")

    subject = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False


class WorkPlanEntry(Entry):
    """One line of the history of a work plan as a whole; each step has its own."""

    class Action(models.TextChoices):
        OPEN = "open", _("opened")
        EDIT = "edit", _("edited")
        TAKE_BASELINE = "take_baseline", _("kept the dates")

    subject = models.ForeignKey(WorkPlan, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False


class StepEntry(Entry):
    """One line of a step's history."""

    class Action(models.TextChoices):
        ADD = "add", _("added")
        EDIT = "edit", _("edited")
        PROGRESS = "progress", _("noted the progress")
        REMIND = "remind", _("reminded")
        COMPLETE = "complete", _("marked as reached")
        REOPEN = "reopen", _("reopened")
        WITHDRAW = "withdraw", _("withdrew")

    subject = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
