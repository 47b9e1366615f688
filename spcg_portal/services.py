"""The reader's own settings are written here."""

from __future__ import annotations

from django.db import transaction

from core.models import User


@transaction.atomic
def choose_appearance(user: User, theme: str) -> None:
    """Keeps how the portal looks for this person; ValueError for an unknown choice."""
    if theme not in User.Theme.values:
        raise ValueError(theme)
    User.objects.filter(pk=user.pk).update(theme=theme)
