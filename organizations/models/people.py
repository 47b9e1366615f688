"""Who is appointed to what."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Entry, User
from organizations.models.places import Organization


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
    substitute_for = models.ForeignKey(
        "self",
        verbose_name=_("substitute for"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="substitutes",
    )
    closed_at = models.DateTimeField(null=True, editable=False)

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
            models.CheckConstraint(
                condition=Q(substitute_for__isnull=True) | Q(to_on__isnull=False), name="substitutes_have_a_last_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Invitation(models.Model):
    """A link that sets the first password of one account: for the address to which it was sent, once, for seven days.
    Only a digest of the secret is kept. A new one makes earlier ones end."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.user}: {self.expires_at:%Y-%m-%d}"


class PersonEntry(Entry):
    """One line of what happened to a person's account and appointments."""

    class Action(models.TextChoices):
        APPOINT = "appoint", _("appointed")
        END = "end", _("ended an appointment")
        DISABLE = "disable", _("closed the account")
        INVITE = "invite", _("sent an invitation")
        ACCEPT = "accept", _("accepted the invitation")
        HAND_OVER = "hand_over", _("handed duties over")
        END_SESSIONS = "end_sessions", _("ended all sessions")
        RESET_SECOND_FACTOR = "reset_second_factor", _("reset the second factor")

    subject = models.ForeignKey(User, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
