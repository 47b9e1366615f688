"""Meetings: agenda with pinned documents, outcomes, attendance, and the report of each."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.addresses import address_of
from core.dates import format_moment, format_time, in_geneva, today
from core.models import Entry, Illustrative, User, Versioned
from documents.models import Revision
from organizations.models import Organization

# What is later than this is in the register of actions but is no longer asked for.
ASKED_FOR = timedelta(days=365)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


class Meeting(Illustrative, Versioned):
    """One meeting of the group; its number is used once. Every change raises `version`, which a calendar file
    carries as its SEQUENCE."""

    class Kind(models.TextChoices):
        REMOTE = "remote", _("Remote")
        IN_PERSON = "in_person", _("In person")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.PositiveIntegerField(_("number"), unique=True, validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REMOTE)
    starts_at = models.DateTimeField(_("begins"), db_index=True)
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    report = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="reported_meetings"
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ordinal(self) -> str:
        return ordinal(self.number)

    @property
    def title(self) -> str:
        """8th remote meeting; 8th meeting where people met in person."""
        form = _now("%(ordinal)s remote meeting") if self.kind == self.Kind.REMOTE else _now("%(ordinal)s meeting")
        return form % {"ordinal": self.ordinal}

    @property
    def reference(self) -> str:
        """As texts refer to it: meeting 8."""
        return f"meeting {self.number}"

    @property
    def held_on(self) -> date:
        """The day on which it begins, in Geneva."""
        return in_geneva(self.starts_at).date()

    @property
    def hours(self) -> str:
        """13:00 to 15:00 CET; over midnight the second moment has its date."""
        if in_geneva(self.ends_at).date() != self.held_on:
            return _now("%(start)s to %(end)s") % {
                "start": format_time(self.starts_at),
                "end": format_moment(self.ends_at),
            }
        start = f"{in_geneva(self.starts_at):%H:%M}"
        return _now("%(start)s to %(end)s") % {"start": start, "end": format_time(self.ends_at)}

    @property
    def where(self) -> str:
        """The place, "Remote", or both."""
        if self.kind != self.Kind.REMOTE:
            return self.place or _now("In person")
        return _now("Remote, %(place)s") % {"place": self.place} if self.place else _now("Remote")

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_frozen(self) -> bool:
        """Once its report is approved, agenda, outcomes and attendance stay as they are."""
        return bool(self.report_id and self.report.state == Revision.Status.APPROVED)

    @property
    def is_circulated(self) -> bool:
        """Its report is with the members: the record says what they read, until the report is revised."""
        return bool(self.report_id and self.report.state == Revision.Status.FOR_APPROVAL)

    def get_absolute_url(self) -> str:
        return address_of("meetings:detail", self.number)


class AgendaItem(Illustrative, Versioned):
    """One item of an agenda, in the order of `position`."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("item"))
    title = models.CharField(_("subject"), max_length=300)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    presenter = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("presented by")
    )
    note = models.TextField(_("note"), blank=True)
    approves = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="approval_items", editable=False
    )
    carried_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried_to", editable=False
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [models.UniqueConstraint(fields=["meeting", "approves"], name="report_once_per_agenda")]

    def __str__(self) -> str:
        return f"{self.position} {self.title}"


class AgendaDocument(models.Model):
    """A document pinned to the exact revision that was on the table."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="documents")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="agenda_documents")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["item", "revision"], name="revision_once_per_item")]

    def __str__(self) -> str:
        return self.revision.reference


class Outcome(Illustrative, Versioned):
    """What a meeting noted, decided, or asked somebody to do. A decision's number is given once and never reused;
    what was recorded by mistake is withdrawn, not deleted."""

    class Kind(models.TextChoices):
        INFORMATION = "information", _("Information")
        DECISION = "decision", _("Decision")
        ACTION = "action", _("Action")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="outcomes")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes", verbose_name=_("item")
    )
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    number = models.PositiveSmallIntegerField(null=True, editable=False)
    text = models.TextField(_("text"))
    reference = models.CharField(_("about"), max_length=80, blank=True)
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes")
    owner_text = models.CharField(_("who"), max_length=120, blank=True)
    owner_organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organization in charge"),
    )
    owner_user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person in charge")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    dropped_reason = models.CharField(_("why it was dropped"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["meeting_id", "position", "pk"]
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="decision_number_once"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(dropped_on__isnull=True), name="action_done_or_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}".strip()

    @property
    def label(self) -> str:
        """8/2: the second decision of the 8th meeting; empty for what is not a decision."""
        return f"{self.meeting.number}/{self.number}" if self.kind == self.Kind.DECISION and self.number else ""

    @property
    def still_asked_for(self) -> bool:
        """Whether an open action still waits on somebody: one that is more than a year late is only on record."""
        return self.is_open and (self.due_on is None or self.due_on >= today() - ASKED_FOR)

    @property
    def is_open(self) -> bool:
        """Neither done nor dropped."""
        return self.done_on is None and self.dropped_on is None

    @property
    def is_overdue(self) -> bool:
        """Open after the day on which it was due, by Geneva's date; computed, never stored."""
        return bool(self.is_open and self.due_on and self.due_on < today())

    @property
    def owner(self) -> str:
        """Who, in words: the organization, the person, and the role where one is named."""
        return ", ".join(
            filter(None, [str(self.owner_organization or ""), str(self.owner_user or ""), self.owner_text])
        )

    def get_absolute_url(self) -> str:
        clause = {"decision": "decisions", "action": "actions"}.get(self.kind, "agenda")
        return f"{self.meeting.get_absolute_url()}#{clause}"


class Attendance(models.Model):
    """Who took part, by role name and organization. A substitute attends for one person of the same organization, who
    gave apologies to the same meeting."""

    class Presence(models.TextChoices):
        PRESENT = "present", _("Present")
        APOLOGIES = "apologies", _("Apologies")
        SUBSTITUTE = "substitute", _("Present as substitute")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("role name"), max_length=120)
    presence = models.CharField(_("presence"), max_length=10, choices=Presence, default=Presence.PRESENT)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    substitute_for = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="substitute",
        verbose_name=_("substitute for"),
    )

    class Meta:
        ordering = ["organization__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organization", "label"], name="attends_once"),
            models.CheckConstraint(
                condition=Q(presence="substitute") | Q(substitute_for__isnull=True),
                name="only_a_substitute_for_another",
            ),
            models.CheckConstraint(condition=~Q(substitute_for=F("pk")), name="nobody_for_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_presence_display()}"

    @property
    def in_words(self) -> str:
        """How somebody attended who was not simply there: “apologies”, “substitute for ISO member”."""
        if self.substitute_for_id:
            return _now("substitute for %(absent)s") % {"absent": self.substitute_for.label}
        words = {self.Presence.APOLOGIES: _now("apologies"), self.Presence.SUBSTITUTE: _now("substitute")}
        return words.get(self.presence, "")


class MeetingEntry(Entry):
    """One line of a meeting's history."""

    class Action(models.TextChoices):
        SCHEDULE = "schedule", _("scheduled")
        EDIT = "edit", _("edited")
        HOLD = "hold", _("marked as held")
        CANCEL = "cancel", _("cancelled")
        ADD_ITEM = "add_item", _("added an item")
        EDIT_ITEM = "edit_item", _("edited an item")
        MOVE_ITEM = "move_item", _("moved an item")
        REMOVE_ITEM = "remove_item", _("removed an item")
        RECORD = "record", _("recorded an outcome")
        EDIT_OUTCOME = "edit_outcome", _("edited an outcome")
        WITHDRAW_OUTCOME = "withdraw_outcome", _("withdrew an outcome")
        COMPLETE = "complete", _("completed an action")
        DROP = "drop", _("dropped an action")
        REOPEN_ACTION = "reopen_action", _("reopened an action")
        REMIND = "remind", _("reminded of an action")
        ATTEND = "attend", _("recorded the attendance")
        REPORT = "report", _("attached the report")
        CIRCULATE_REPORT = "circulate_report", _("circulated the report")
        COMMENT = "comment", _("commented on the report")
        DISPOSE = "dispose", _("answered a comment")
        REVISE_REPORT = "revise_report", _("revised the report")
        APPROVE_REPORT = "approve_report", _("recorded the approval of the report")
        CARRY_OVER = "carry_over", _("carried an item over")
        USE_TEMPLATE = "use_template", _("used a template")

    subject = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
