"""Refuses a production start on a database that still carries demonstration accounts."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.models import QuerySet

from core.models import User

DEMO_DOMAIN = "spcg.example"
DEMO_PASSWORD = "spcg-demo"  # noqa: S105


def demonstration_accounts() -> QuerySet[User]:
    """The accounts that everybody knows: active, in the demonstration's domain."""
    return User.objects.filter(is_active=True, email__iendswith=f"@{DEMO_DOMAIN}").order_by("pk")


def refuse_demonstration_accounts() -> None:
    """Without DEMO no process serves or works while an account opens with the demonstration's password.

    Raises ImproperlyConfigured, also when the accounts cannot be read: what cannot be checked is not started.
    Leaves no connection open, so that a server may fork afterwards."""
    if settings.DEMO:
        return
    try:
        known = [account.email for account in demonstration_accounts() if account.check_password(DEMO_PASSWORD)]
    except DatabaseError as error:
        raise ImproperlyConfigured(f"The accounts cannot be read; has `manage.py migrate` been run? {error}") from error
    finally:
        connections.close_all()
    if known:
        raise ImproperlyConfigured(
            "Production refused (DEMO=1 starts a demonstration): demonstration accounts with their known password: "
            + ", ".join(known)
        )
