"""What is known of how a person signs in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from core.models import User


def factors_of(user: User) -> list[Authenticator]:
    """The second factors of a person; recovery codes are none by themselves."""
    return list(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES))


def sessions_of(user: User) -> list[UserSession]:
    """The sessions of a person that still open the portal, newest first; what ended by itself is forgotten."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda row: row.created_at, reverse=True)
