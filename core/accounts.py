"""Sign-in by allauth: by invitation only, its mails through the portal's mail."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InviteOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up; accounts come from appointments."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
