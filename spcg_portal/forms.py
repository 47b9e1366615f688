"""Signing in, and the reader's own settings."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm, ResetPasswordForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from core.dates import zone_names
from core.forms import DayField, PortalForm
from core.models import User
from organizations.queries import organizations
from spcg_portal.history import SOURCES


class SettingsForm(PortalForm):
    """How the portal looks for this person."""

    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme.choices, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        required=False,
        help_text=_("The hours of meetings are shown by Geneva's clock and by yours. Deadlines are Geneva's."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [("", _("As my device")), *((name, name) for name in zone_names())]


class HistoryFilter(PortalForm):
    """Which of what happened is shown. It works by GET, so the address says it; nonsense filters nothing."""

    q = forms.CharField(label=_("Words, or who"), max_length=200, required=False)
    room = forms.ChoiceField(label=_("Room"), required=False)
    organization = forms.ChoiceField(label=_("Organization"), required=False)
    start = DayField(label=_("From"), required=False)
    end = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = [("", _("All")), *((name, label) for name, (label, _ask) in SOURCES.items())]
        codes = [organization.code for organization in organizations()]
        self.fields["organization"].choices = [("", _("All")), *((code, code) for code in codes)]
        for field in self.fields.values():
            look = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs.update({"class": look, "autocomplete": "off"})

    def wanted(self) -> dict[str, Any]:
        """The clean values; a field with an error filters nothing, and its error is shown."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


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


class PasswordAgainForm(ReauthenticateForm):
    """The password, before something that would open the account to others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Your password")
        self.fields["password"].widget.attrs.pop("placeholder", None)


# An app shows its code for half a minute, and so many of them to either side are taken.
CODE_LASTS = 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)


class _Code:
    """A field for the figures of an authenticator app or of a recovery code. A code works once: the library forgets
    after half a minute that it was used, and with clocks that may go wrong it would work again a minute long."""

    help_text: Any = _("Six figures from your authenticator app, or one of your recovery codes.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = _("Code"), self.help_text
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code"})
        field.error_messages["required"] = _("Enter the code.")

    def clean_code(self) -> str:
        code = super().clean_code()
        if not cache.add(f"code-used-{self.user.pk}-{normalize_user_code(code)}", 1, CODE_LASTS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Code, factor_forms.AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(_Code, factor_forms.ReauthenticateForm):
    """A code, before something that would open the account to others."""


class ActivateAppForm(_Code, ActivateTOTPForm):
    """The first code of an app, by which the portal knows that it was set up."""

    help_text = _("Six figures that the app shows now.")


class _Ceremony:
    """What the browser's ceremony gave. Whatever else somebody sends is no passkey, and never an error of ours."""

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except (AttributeError, KeyError, TypeError, ValueError):
            self.add_error(None, _("This was not the answer of a passkey. Try again."))


class SignInByPasskeyForm(_Ceremony, passkey_forms.LoginWebAuthnForm):
    """Signing in with a passkey alone."""


class PasskeyForm(_Ceremony, passkey_forms.AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""


class PasskeyAgainForm(_Ceremony, passkey_forms.ReauthenticateWebAuthnForm):
    """A passkey, before something that would open the account to others."""


class AddPasskeyForm(_Ceremony, passkey_forms.AddWebAuthnForm):
    """A name for the passkey; the browser makes the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("By which you know it again, for example “Office laptop”.")
        self.fields["passwordless"].label = _("Sign in with it alone, without a password")
        self.fields["passwordless"].help_text = _("Needs a device that asks for a PIN, a finger or a face.")


class EditPasskeyForm(passkey_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
