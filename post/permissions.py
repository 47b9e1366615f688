"""Who decides about a mail that may have arrived; no writes."""

from __future__ import annotations

from core.models import User
from post.models import Delivery


def can_decide(user: User, delivery: Delivery) -> bool:
    """Who sent it, and the administrator."""
    return user.is_staff or (user.is_authenticated and delivery.mailing.opened_by_id == user.pk)
