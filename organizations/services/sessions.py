"""Sessions end at once: the database's own rows are deleted, and with them what the browser holds is worth nothing."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from core.history import record
from core.models import User
from core.moves import AlreadyDone, NotAllowed, Refused
from organizations.permissions import can_administer


def end_sessions(user: User, *, keep: str = "") -> int:
    """Deletes the person's sessions, but the one named; returns how many. Rights that changed take effect now."""
    ended = 0
    for session in Session.objects.exclude(session_key=keep).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            ended += 1
    UserSession.objects.filter(user=user).exclude(session_key=keep).delete()
    return ended


@transaction.atomic
def end_session(user: User, pk: int) -> None:
    """Ends one of the person's own sessions. Raises AlreadyDone when it has ended."""
    row = UserSession.objects.filter(user=user, pk=pk).first()
    if row is None:
        raise AlreadyDone(_("This session has ended."))
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()


@transaction.atomic
def end_sessions_of(user: User, by: Any) -> int:
    """The administrator ends all sessions of a person, for a device that was lost."""
    if not can_administer(by):
        raise NotAllowed(_("The administrator ends the sessions of others."))
    record(user, "end_sessions", by, _("ended all sessions"))
    return end_sessions(user)


@transaction.atomic
def reset_second_factor(user: User, by: Any) -> None:
    """The administrator removes the second factors of a person who has lost them; sessions end. Nobody does so for
    the own account: a stolen session would be enough. Raises AlreadyDone when there is none."""
    if not can_administer(by):
        raise NotAllowed(_("The administrator resets the second factor of others."))
    if user.pk == by.pk:
        raise Refused(_("Another administrator resets your second factor."))
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise AlreadyDone(_("This person has no second factor."))
    record(user, "reset_second_factor", by, _("reset the second factor"))
    end_sessions(user)
