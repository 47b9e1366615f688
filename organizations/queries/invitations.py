"""What has become of an invitation, in words."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import format_moment
from core.models import User
from organizations.models import Invitation


def digest_of(secret: str) -> str:
    """What is kept of a link's secret. It is long and random, so a plain digest tells nothing of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invitation_of(secret: str) -> Invitation | None:
    """The invitation to which a link belongs, whatever has become of it."""
    return Invitation.objects.select_related("user").filter(digest=digest_of(secret)).first()


def why_not(invitation: Invitation | None, at: datetime | None = None, *, taken: bool = False) -> str:
    """Why an invitation does not work, or nothing. `taken`: its row was just taken by this very act."""
    if invitation is None:
        return _("This address belongs to no invitation. Perhaps the mail program cut it; copy the whole of it.")
    if invitation.used_at and not taken:
        return _("It was used on %(moment)s.") % {"moment": format_moment(invitation.used_at)}
    if invitation.expires_at <= (at or timezone.now()):
        return _("It ended on %(moment)s.") % {"moment": format_moment(invitation.expires_at)}
    if not invitation.user.is_active:
        return _("The account is closed.")
    if invitation.email.lower() != invitation.user.email.lower():
        return _("The account has another address now; the invitation was for the earlier one.")
    if invitation.user.has_usable_password():
        return _("The account has a password already.")
    return ""


def open_invitations(people: list[User]) -> dict[int, Invitation]:
    """By account, the newest invitation of those who have not set a password; one question for a whole list."""
    waiting = [user.pk for user in people if user.is_active and not user.has_usable_password()]
    rows = Invitation.objects.filter(user__in=waiting, used_at__isnull=True).order_by("made_at", "pk")
    return {row.user_id: row for row in rows}
