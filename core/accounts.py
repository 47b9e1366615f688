"""Sign-in by allauth: by invitation only, its mails through the portal's mail."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class InviteOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up; accounts come from appointments."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address and the password do not belong together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
