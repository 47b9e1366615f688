"""Organizations, their committees, who is appointed, who receives letters; and the abstract Approval and Remark."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models import Entry, Illustrative, User


class Organization(models.Model):
    """ISO, IEC or ITU-T, always in this order, each with one technical board."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    slug = models.SlugField(max_length=10, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=200)
    board = models.CharField(_("technical board"), max_length=40)
    board_name = models.CharField(_("name of the board"), max_length=200)
    office = models.CharField(_("office"), max_length=200)
    address = models.CharField(_("postal address"), max_length=300)
    national_bodies = models.CharField(_("its national bodies are called"), max_length=100)
    committee_officer = models.CharField(_("its committee officers are called"), max_length=100)
    circular_reference = models.CharField(_("form of a circular's reference"), max_length=60)
    mail_from = models.EmailField(_("sender address of its letters"), blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self) -> str:
        return self.code


class BoardMeeting(Illustrative):
    """A meeting of one technical board; SPCG reports and submits to it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="board_meetings")
    held_on = models.DateField(_("date"))

    class Meta:
        ordering = ["held_on"]
        constraints = [models.UniqueConstraint(fields=["organization", "held_on"], name="board_meets_once_a_day")]

    def __str__(self) -> str:
        return f"{self.organization.board}, {self.held_on}"


class Committee(models.Model):
    """A technical committee, study group, systems committee or advisory group of one or two organizations."""

    class Kind(models.TextChoices):
        TC = "TC", _("technical committee")
        SC = "SC", _("subcommittee")
        PC = "PC", _("project committee")
        SYC = "SyC", _("systems committee")
        JTC = "JTC", _("joint technical committee")
        SG = "SG", _("study group")
        TAG = "TAG", _("advisory group")
        OTHER = "other", _("other group")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        DISBANDED = "disbanded/merged", _("disbanded or merged")
        UNKNOWN = "unknown", _("not known")

    acronym = models.CharField(_("acronym"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    scope = models.TextField(_("scope"), blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.ACTIVE)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    organizations = models.ManyToManyField(Organization, related_name="committees")

    class Meta:
        ordering = ["acronym"]
        verbose_name = _("committee")
        verbose_name_plural = _("committees")

    def __str__(self) -> str:
        return self.acronym

    @cached_property
    def codes(self) -> list[str]:
        return [organization.code for organization in self.organizations.all()]


class CommitteeAlias(models.Model):
    """Another spelling of a committee's acronym."""

    alias = models.CharField(_("spelling"), max_length=60, unique=True)
    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        ordering = ["alias"]
        verbose_name = _("spelling of an acronym")
        verbose_name_plural = _("spellings of acronyms")

    def __str__(self) -> str:
        return self.alias


class Publication(models.Model):
    """A published standard of a committee: what it works on, in its own titles. The date is as exact as its source."""

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="publications")
    reference = models.CharField(_("reference"), max_length=100)
    published = models.CharField(_("published"), max_length=10, blank=True)
    title = models.CharField(_("title"), max_length=600)

    class Meta:
        ordering = ["committee_id", "reference", "pk"]
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "reference", "published", "title"], name="publication_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class CommonText(models.Model):
    """The same text published by ITU-T and by ISO/IEC, with the committees of both where they are known."""

    recommendation = models.CharField(_("ITU-T Recommendation"), max_length=100)
    standard = models.CharField(_("ISO/IEC standard"), max_length=100)
    title = models.CharField(_("title"), max_length=600, blank=True)
    study_group = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    committee = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    latest_on = models.CharField(_("latest date in ITU-T"), max_length=10, blank=True)

    class Meta:
        ordering = ["recommendation", "standard"]
        verbose_name = _("common text")
        verbose_name_plural = _("common texts")
        constraints = [models.UniqueConstraint(fields=["recommendation", "standard"], name="common_text_stands_once")]

    def __str__(self) -> str:
        return f"{self.recommendation} | {self.standard}"


class Appointment(models.Model):
    """Who holds which role in which organization, from when to when. An observer or the administrator may have
    no organization. The three rights of a secretary are separate."""

    class Role(models.TextChoices):
        SECRETARY = "secretary", _("Secretary")
        MEMBER = "member", _("Member")
        OBSERVER = "observer", _("Observer")
        ADMINISTRATOR = "administrator", _("Administrator")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    role = models.CharField(_("role"), max_length=15, choices=Role)
    from_on = models.DateField(_("from"), default=timezone.localdate)
    to_on = models.DateField(_("until"), null=True, blank=True)
    may_write = models.BooleanField(_("may write letters and drafts"), default=True)
    may_approve = models.BooleanField(_("may approve for the organization"), default=True)
    may_send = models.BooleanField(_("may send letters"), default=True)

    class Meta:
        ordering = ["organization__position", "role", "pk"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["observer", "administrator"]) | Q(organization__isnull=False),
                name="secretaries_and_members_have_an_organization",
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="appointment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class PersonEntry(Entry):
    """One line of what happened to a person's account and appointments."""

    class Action(models.TextChoices):
        APPOINT = "appoint", _("appointed")
        END = "end", _("ended an appointment")
        DISABLE = "disable", _("closed the account")

    subject = models.ForeignKey(User, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False


class Contact(Illustrative):
    """An official who receives circular letters in one organization; seen by its secretaries and the administrator."""

    class Capacity(models.TextChoices):
        CHAIR = "chair", _("Chairs")
        MANAGER = "manager", _("Committee managers and secretaries")
        CONVENOR = "convenor", _("Convenors")
        NATIONAL_BODY = "national_body", _("National Committees and member bodies")
        MEMBER_STATE = "member_state", _("ITU-T Member States")
        SECTOR_MEMBER = "sector_member", _("ITU-T Sector Members, Associates and Academia")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    capacity = models.CharField(_("capacity"), max_length=15, choices=Capacity)
    committee = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    country = models.CharField(_("country"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    active = models.BooleanField(_("receives letters"), default=True)

    class Meta:
        ordering = ["organization__position", "capacity", "name", "pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), "organization", "capacity", "committee", name="contact_once_per_committee"
            ),
            models.UniqueConstraint(
                Lower("email"),
                "organization",
                "capacity",
                condition=Q(committee__isnull=True),
                name="contact_once_per_capacity",
            ),
        ]
        indexes = [models.Index(fields=["organization", "capacity"])]

    def __str__(self) -> str:
        return self.name


class Approval(models.Model):
    """An organization's verdict on one exact revision. A child adds `revision`, related name `approvals`, and the
    unique constraint over revision and organization; a new revision asks again and earlier verdicts stay."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        COMMENTS = "comments", _("Approved with comments")
        CHANGES = "changes", _("Asks for changes")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=120)
    for_absent_colleague = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["organization__position"]

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_verdict_display()}"

    @property
    def approves(self) -> bool:
        return self.verdict in (self.Verdict.APPROVED, self.Verdict.COMMENTS)

    @property
    def in_words(self) -> str:
        """The verdict, and whether it was given on behalf of somebody absent; every page and export says it so."""
        words = str(self.get_verdict_display())
        return f"{words} ({_('on behalf of an absent colleague')})" if self.for_absent_colleague else words

    @property
    def sentence(self) -> str:
        """ISO approves with comments."""
        forms = {
            self.Verdict.APPROVED: _("%(organization)s approves"),
            self.Verdict.COMMENTS: _("%(organization)s approves with comments"),
            self.Verdict.CHANGES: _("%(organization)s asks for changes"),
        }
        return str(forms[self.Verdict(self.verdict)] % {"organization": self.organization})


class Remark(Illustrative):
    """A comment in a capacity. A child adds `subject`, related name `remarks`. Threads have one level."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("comment"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    committee = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_label = models.CharField(max_length=120, blank=True)
    resolution = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.author_label}: {self.text[:60]}"
