"""Who receives letters."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Entry, Illustrative, User, Versioned
from organizations.models.committees import Committee
from organizations.models.places import Organization


class Contact(Illustrative, Versioned):
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
    # Since when no letters go there; after the time of the setting the contact is erased.
    stopped_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

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

    def get_absolute_url(self) -> str:
        return reverse("organizations:edit_contact", args=[self.pk])


class ContactEntry(Entry):
    """One line of what happened to the contacts of an organization: numbers, and never a name or an address."""

    class Action(models.TextChoices):
        ADD = "add", _("added a contact")
        EDIT = "edit", _("edited a contact")
        MEND = "mend", _("said that an address is right")
        IMPORT = "import", _("imported contacts")
        ERASE = "erase", _("erased a contact")
        EXPORT = "export", _("exported contacts")

    subject = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False


class ContactImport(models.Model):
    """A list as it was read, which waits for a person to accept it; its rows go when it is accepted or dropped."""

    class State(models.TextChoices):
        CHECKED = "checked", _("Waits for your word")
        ACCEPTED = "accepted", _("Imported")
        DISCARDED = "discarded", _("Discarded")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name of the file"), max_length=255)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKED)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organizations:contact_import", args=[self.pk])


class ContactImportRow(models.Model):
    """One person of the list, and what would become of it."""

    class Kind(models.TextChoices):
        ADD = "add", _("Added")
        CHANGE = "change", _("Changed")
        SAME = "same", _("Known already")
        MERGED = "merged", _("Stands twice")
        BAD = "bad", _("Left out")

    source = models.ForeignKey(ContactImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=400, blank=True)
    capacity = models.CharField(max_length=15, blank=True)
    committee = models.ForeignKey(Committee, null=True, on_delete=models.CASCADE, related_name="+")
    country = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=5, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    contact_version = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["source", "kind", "number"], name="import_row_by_kind")]

    def __str__(self) -> str:
        return f"{self.number}: {self.kind}"

    @property
    def capacity_label(self) -> str:
        return str(dict(Contact.Capacity.choices).get(self.capacity, self.capacity))
