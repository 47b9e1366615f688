"""The mails of sign-in go through the post office; they carry a secret, so the ledger forgets them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.accounts import InviteOnlyAdapter
from post.services.notices import send_secret, site_link


class PostAdapter(InviteOnlyAdapter):
    """Sign-in by invitation only, its mails delivered like all others."""

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built from SITE_URL: a forged Host header must not lead a secret astray."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return site_link(path.replace("UID-KEY", key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        words = self.render_mail(template_prefix, email, {"email": email, **context})
        reset = context.get("password_reset_url")
        send_secret(
            email,
            subject=words.subject,
            text=words.body,
            url=reset or f"{settings.SITE_URL}{reverse('account_login')}",
            action=_("Choose a new password") if reset else _("Sign in"),
            reason=_("somebody asked for it at the sign-in page with your address"),
        )
