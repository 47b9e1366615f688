"""Signing in, and the reader's own settings."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from core.models import User


class SettingsForm(PortalForm):
    """How the portal looks for this person."""

    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme.choices, widget=forms.RadioSelect)


class SignInForm(LoginForm):
    """The library's form with labels instead of placeholders; the page itself offers a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].help_text = _("The address at which you receive SPCG documents.")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = _("Enter: %(label)s.") % {"label": field.label}


class NewPasswordForm(ResetPasswordForm):
    """Asks for the address with the portal's label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)
