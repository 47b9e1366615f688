"""Areas of coordination: text, committees, mechanisms, revisions, history."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.addresses import address_of
from core.models import Entry, Illustrative, TextRevision, Versioned
from documents.models import Revision
from organizations.models import Committee, Organization


class Area(Illustrative, Versioned):
    """A subject on which more than one organization works, kept as living text. Every save is a revision."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    slug = models.SlugField(max_length=80, unique=True, editable=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveIntegerField(_("place in the landscape"), default=0, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    text = models.TextField(_("text"))
    owner = models.ForeignKey(
        Organization,
        verbose_name=_("kept by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="areas",
    )
    source = models.TextField(_("source"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("landscape:area", self.slug)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class AreaCommittee(models.Model):
    """A committee that works in the area, and what it does there; the role may be unknown and then says so."""

    class Role(models.TextChoices):
        UNKNOWN = "unknown", _("Role not known")
        LEADS = "leads", _("Leads")
        TAKES_PART = "takes_part", _("Takes part")
        LIAISON = "liaison", _("In liaison")

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="committees")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="areas")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.UNKNOWN)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["area", "committee"], name="committee_once_per_area")]

    def __str__(self) -> str:
        return f"{self.committee}: {self.get_role_display()}"


class AreaMechanism(models.Model):
    """How the committees of an area, or two of them, coordinate: a kind out of a closed list, and a free detail."""

    class Kind(models.TextChoices):
        LIAISON = "liaison", _("Liaison")
        JOINT_WORKING_GROUP = "joint_working_group", _("Joint working group")
        JOINT_COMMITTEE = "joint_committee", _("Joint technical committee")
        JOINT_TEAM = "joint_team", _("Joint project team")
        JOINT_COORDINATION = "joint_coordination", _("Joint coordination activity")
        TASK_FORCE = "task_force", _("Task force")
        COMMON_TEXT = "common_text", _("Common text")
        SYSTEMS_COMMITTEE = "systems_committee", _("Systems committee")
        FOCUS_GROUP = "focus_group", _("Focus group")
        ADVISORY_COMMITTEE = "advisory_committee", _("Advisory committee")
        JOINT_PUBLICATION = "joint_publication", _("Joint publication")
        COLLABORATION_GROUP = "collaboration_group", _("Collaboration group")
        OTHER = "other", _("Other")

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="mechanisms")
    kind = models.CharField(_("mechanism"), max_length=20, choices=Kind)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    first = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind", "detail"], condition=Q(first=None), name="mechanism_once_per_area"
            ),
            models.UniqueConstraint(
                fields=["area", "kind", "detail", "first", "second"], name="mechanism_once_per_pair"
            ),
            models.CheckConstraint(
                condition=Q(first=None, second=None)
                | Q(first__isnull=False, second__isnull=False) & ~Q(first=F("second")),
                name="mechanism_of_area_or_pair",
            ),
        ]

    def __str__(self) -> str:
        """Liaison; Joint coordination activity: JCA-IdM; Liaison category A, where the detail names the kind itself;
        Liaison between ISO/TC 268 and ITU-T SG20."""
        return in_one_line(self.kind, self.detail, *filter(None, (self.first, self.second)))


def in_one_line(kind: str, detail: str, *pair: object) -> str:
    """A mechanism in words: its kind with its detail, and the two committees if it is theirs alone."""
    words = str(AreaMechanism.Kind(kind).label)
    if detail and (kind == AreaMechanism.Kind.OTHER or words.lower() in detail.lower()):
        words = detail[0].upper() + detail[1:]
    elif detail:
        words = f"{words}: {detail}"
    if not pair:
        return words
    return str(_("%(what)s, between %(one)s and %(other)s") % {"what": words, "one": pair[0], "other": pair[1]})


class AreaDocument(models.Model):
    """A document that belongs to the area, pinned to one revision of the register."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="documents")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["area", "revision"], name="document_once_per_area")]

    def __str__(self) -> str:
        return self.revision.reference


class AreaRevision(TextRevision):
    """One saved state of an area: its text, and in `facts` its name, source, owner, committees and
    mechanisms as they stood, so that any two can be compared and any one restored."""

    subject = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="revisions")
    facts = models.JSONField(default=dict)

    class Meta(TextRevision.Meta):
        abstract = False
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="area_revision_number_used_once")]
        indexes = [models.Index(fields=["at"])]


class AreaEntry(Entry):
    """One line of an area's history."""

    class Action(models.TextChoices):
        ADD = "add", _("added")
        EDIT = "edit", _("edited")
        RESTORE = "restore", _("restored a revision")
        CLOSE = "close", _("closed")
        OPEN_AGAIN = "open_again", _("opened again")
        COMMENT = "comment", _("commented")
        RESOLVE = "resolve", _("resolved a comment")
        REOPEN = "reopen", _("reopened a comment")
        SUGGEST = "suggest", _("suggested an edit")
        ACCEPT = "accept", _("accepted a suggestion")
        REJECT = "reject", _("rejected a suggestion")
        WITHDRAW = "withdraw", _("withdrew a suggestion")
        SCORE = "score", _("scored")
        CONFIRM = "confirm", _("confirmed")
        IMPORT = "import", _("imported")
        RECORD_DECISION = "record_decision", _("recorded a decision")

    subject = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
