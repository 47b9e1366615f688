"""What is known of how a person signs in."""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from core.models import User

# By the sign that each leaves in what it says of itself; the first that fits, since all say that they are others too.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/|FxiOS/", "Firefox"), ("Chrome/|CriOS/", "Chrome"))
BROWSERS += (("Safari/", "Safari"),)
SYSTEMS = (("Android", "Android"), ("iPhone|iPod", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
SYSTEMS += (("Mac OS X|Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux|X11", "Linux"))


def factors_of(user: User) -> list[Authenticator]:
    """The second factors of a person; recovery codes are none by themselves."""
    return list(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES))


def browser_of(agent: str) -> str:
    """What a browser says of itself, in words that its owner knows: “Chrome on Windows”. What is not known stays as
    it is."""
    browser, system = (_named(agent, names) for names in (BROWSERS, SYSTEMS))
    if not (browser and system):
        return browser or agent or _("Not known")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}


def _named(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if re.search(sign, agent)), "")


def sessions_of(user: User) -> list[UserSession]:
    """The sessions of a person that still open the portal, newest first, each with its `browser` in words; what ended
    by itself is forgotten."""
    found = sorted(UserSession.objects.purge_and_list(user), key=lambda row: row.created_at, reverse=True)
    for row in found:
        row.browser = browser_of(row.user_agent)
    return found
