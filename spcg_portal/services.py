"""The reader's own settings, and the head of the history's chain that leaves the house."""

from __future__ import annotations

import secrets
from datetime import time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.chain import witness
from core.dates import in_geneva, today, zone_named
from core.models import FeedAddress, User, Witness
from core.moves import NotAllowed
from organizations.permissions import can_administer
from organizations.queries import secretaries
from post.services.holds import release_sending
from post.services.notices import notify

WITNESS_FROM = time(6)


@transaction.atomic
def choose_appearance(user: User, theme: str) -> None:
    """Keeps how the portal looks for this person; ValueError for an unknown choice."""
    if theme not in User.Theme.values:
        raise ValueError(theme)
    User.objects.filter(pk=user.pk).update(theme=theme)


@transaction.atomic
def choose_time_zone(user: User, name: str) -> None:
    """Keeps by which clock, beside Geneva's, this person reads the hours of meetings; an empty name is the clock of the
    device. ValueError for an unknown zone."""
    if name and zone_named(name) is None:
        raise ValueError(name)
    User.objects.filter(pk=user.pk).update(time_zone=name)


@transaction.atomic
def mail_witness() -> Witness | None:
    """From six in the morning in Geneva, once a day and only when the history has grown: the head of its chain goes to
    the three secretaries, whose mailboxes are the witness outside the database."""
    if in_geneva(timezone.now()).time() < WITNESS_FROM:
        return None
    noted = witness(today())
    if noted:
        notify(
            secretaries(),
            kind="history",
            subject=_("Keep this line: the history of SPCG up to today"),
            lead=_("Nothing is to be done. Keep this message with your files."),
            text=f"{noted.number}:{noted.digest}",
            facts=[(_("Entries sealed"), noted.number)],
            url=reverse("history"),
            action=_("Open the history"),
            reason=_(
                "you are a secretary, and your mailbox is the witness that the history was not changed afterwards"
            ),
        )
    return noted


def release_all_sending(by: User) -> int:
    """The administrator lets the post office send again. Raises NotAllowed for anybody else, AlreadyDone when nothing
    is held."""
    if not can_administer(by):
        raise NotAllowed(_("Only the administrator releases sending. Ask the administrator."))
    return release_sending(by)


@transaction.atomic
def reset_feeds(user: User) -> FeedAddress:
    """Gives the person new private addresses; the old ones are unknown from now on."""
    token = secrets.token_urlsafe(32)
    return FeedAddress.objects.update_or_create(user=user, defaults={"token": token, "made_at": timezone.now()})[0]
