"""The reader's own settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from core.models import User


class SettingsForm(PortalForm):
    """How the portal looks for this person."""

    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme.choices, widget=forms.RadioSelect)
