"""Invitations: a link that sets the first password of one account, for one address, once, for seven days."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import format_moment
from core.history import record
from core.models import User
from core.moves import AlreadyDone, NotAllowed, Refused
from organizations.models import Invitation
from organizations.permissions import can_administer
from organizations.queries.invitations import digest_of, why_not
from post.services.notices import send_secret, site_link

LASTS = timedelta(days=7)


@transaction.atomic
def invite(user: User, by: Any, *, at: datetime | None = None) -> Invitation:
    """Makes the one invitation of an account that works, and mails it to the account's address; earlier ones end.
    `by` None is the portal itself or the command line. Raises NotAllowed for others than the administrator, Refused
    for a closed account, AlreadyDone for one that has a password."""
    if by is not None and not can_administer(by):
        raise NotAllowed(_("The administrator invites people."))
    if not user.is_active:
        raise Refused(_("The account of this address is closed."))
    if user.has_usable_password():
        raise AlreadyDone(_("This person has set a password already."))
    at, secret = at or timezone.now(), secrets.token_urlsafe(32)
    user.invitations.filter(used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    made = user.invitations.create(email=user.email, digest=digest_of(secret), made_at=at, expires_at=at + LASTS)
    record(user, "invite", by, _("sent an invitation"), at=at)
    _mail(made, secret)
    return made


def _mail(invitation: Invitation, secret: str) -> None:
    words = {"label": invitation.user, "until": format_moment(invitation.expires_at)}
    send_secret(
        invitation.email,
        subject=_("You are invited to the SPCG portal: %(label)s") % words,
        text=_(
            "An account of the SPCG portal is open for you under this address, as %(label)s. Set your password, then "
            "sign in. The link works once, until %(until)s; after that its page sends you a new one."
        )
        % words,
        url=site_link(reverse("organizations:accept_invitation", args=[secret])),
        action=_("Set my password"),
        reason=_("you were appointed to SPCG"),
    )


@transaction.atomic
def accept_invitation(secret: str, password: str, *, at: datetime | None = None) -> User:
    """Sets the first password of the invitation's account. Of two at the same instant one wins: the row is taken by a
    conditional update. Raises Refused, with the reason, for a link that is used, old or unknown."""
    at = at or timezone.now()
    usable = Invitation.objects.filter(digest=digest_of(secret), used_at__isnull=True, expires_at__gt=at)
    if not usable.update(used_at=at):
        raise Refused(why_not(Invitation.objects.filter(digest=digest_of(secret)).first(), at))
    invitation = Invitation.objects.select_related("user").get(digest=digest_of(secret))
    user = invitation.user
    if reason := why_not(invitation, at, taken=True):
        raise Refused(reason)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(user, "accept", user, _("accepted the invitation"), at=at)
    return user


def ask_invitation_again(email: str) -> bool:
    """Sends a new invitation where an open account without a password has this address; else nothing, and the page
    reads the same, so that nobody learns who has an account. Returns whether one was sent."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None or user.has_usable_password() or not user.appointments.filter(closed_at__isnull=True).exists():
        return False
    invite(user, None)
    return True
