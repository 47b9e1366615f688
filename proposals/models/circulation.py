"""Who was reminded of a deadline, and everything that a committee has ever answered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from organizations.models import Organization
from proposals.models.proposals import Proposal
from proposals.models.replies import Interest


class Reminder(models.Model):
    """One person was reminded, so many days before one deadline, to answer; once each. Another deadline has reminders
    of its own."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="reminders")
    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reply_by_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "account", "reply_by_on", "days"], name="reminded_once_at_each_step_of_a_deadline"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal.reference}, {self.account}, {self.days}"


class InterestAnswer(models.Model):
    """One answer of a committee, as it was given; the newest one stands (`Interest`), the earlier ones stay readable.
    One that came by e-mail says when, and who recorded it; `by` is the person who wrote it here."""

    interest = models.ForeignKey(Interest, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(_("interest"), max_length=12, choices=Interest.Answer)
    note = models.TextField(_("statement"), blank=True)
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    recorded_label = models.CharField(max_length=120, blank=True)
    sender = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    late = models.BooleanField(_("late"), default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("answer of a committee")
        verbose_name_plural = _("answers of committees")

    def __str__(self) -> str:
        return f"{self.interest.committee}: {self.get_answer_display()}"
