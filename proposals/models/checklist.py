"""The considerations for proposers of new work, in numbered lists, and one proposal's answers to them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Entry, User, Versioned
from documents.models import Revision
from proposals.models.proposals import Proposal, ProposalFile


class ConsiderationList(Versioned):
    """One numbered list of considerations. Only a draft changes; what has been in force stays as it was, because
    answers rest on it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("In force")
        REPLACED = "replaced", _("Replaced")

    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=500, blank=True)
    is_reconstruction = models.BooleanField(_("reconstruction"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    in_force_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("list of considerations")
        verbose_name_plural = _("lists of considerations")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="one_draft_of_considerations"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="in_force"), name="one_list_in_force"),
        ]

    def __str__(self) -> str:
        return str(_("List %(number)d of considerations")) % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("proposals:considerations", args=[self.number])

    @property
    def label(self) -> str:
        """What a reader of its lines must know; empty for a list that the group has adopted."""
        if not self.is_reconstruction:
            return ""
        return str(_("A reconstruction from public sources, not the text of SPCG-32C."))

    @property
    def text(self) -> str:
        """All lines as they are edited: a paragraph each, the help below the consideration."""
        return "\n\n".join("\n".join(filter(None, (line.text, line.help))) for line in self.lines.all())


class Consideration(models.Model):
    """One line of a list. The key is the same in every list in which the line has the same words."""

    listed_in = models.ForeignKey(ConsiderationList, on_delete=models.CASCADE, related_name="lines")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("consideration"), max_length=500)
    help = models.TextField(_("help"), blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name = _("consideration")
        verbose_name_plural = _("considerations")
        constraints = [
            models.UniqueConstraint(fields=["listed_in", "position"], name="one_consideration_per_position"),
            models.UniqueConstraint(fields=["listed_in", "key"], name="a_consideration_stands_once_in_a_list"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"


class ConsiderationEntry(Entry):
    """One line of the history of a list of considerations."""

    class Action(models.TextChoices):
        PREPARE = "prepare", _("prepared")
        EDIT = "edit", _("edited")
        ENFORCE = "enforce", _("put in force")

    subject = models.ForeignKey(ConsiderationList, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False


class Checklist(Versioned):
    """One proposal's checklist: it stays on the list on which it was begun until somebody moves it knowingly."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="checklist")
    considerations = models.ForeignKey(ConsiderationList, on_delete=models.PROTECT, related_name="checklists")

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")

    def __str__(self) -> str:
        return f"{self.proposal.reference}: {self.considerations}"


class ConsiderationAnswer(models.Model):
    """What was answered to one consideration, and what shows it: a link, a registered document or a file."""

    class Verdict(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        NOT_APPLICABLE = "na", _("Not applicable")

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="answers")
    consideration = models.ForeignKey(Consideration, on_delete=models.PROTECT, related_name="answers")
    verdict = models.CharField(_("answer"), max_length=5, choices=Verdict, blank=True)
    text = models.TextField(_("explanation"), blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence_of")
    file = models.ForeignKey(ProposalFile, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence_of")

    class Meta:
        verbose_name = _("answer to a consideration")
        verbose_name_plural = _("answers to considerations")
        constraints = [
            models.UniqueConstraint(fields=["checklist", "consideration"], name="one_answer_per_consideration")
        ]

    def __str__(self) -> str:
        return f"{self.consideration.position}: {self.get_verdict_display()}"
