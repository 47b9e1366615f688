"""Who receives letters."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.models import Illustrative
from organizations.models.committees import Committee
from organizations.models.places import Organization


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
