"""The three organizations and the meetings of their boards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Illustrative


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
