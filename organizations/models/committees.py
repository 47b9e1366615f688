"""Committees, other spellings of them, and what they have published."""

from __future__ import annotations

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.addresses import address_of
from organizations.models.places import Organization


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

    def get_absolute_url(self) -> str:
        """The page that joins what every room knows of the committee; it stands in spcg_portal."""
        return address_of("committee", self.pk)

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
