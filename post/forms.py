"""The one page of choices: how each stream of notices comes."""

from typing import Any

from django import forms

from core.forms import PortalForm
from post.models import Preference
from post.streams import STREAMS


class PreferencesForm(PortalForm):
    """One question for each stream; what is official is not asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for stream in STREAMS:
            self.fields[stream.key] = forms.ChoiceField(
                label=stream.label, help_text=stream.help, choices=Preference.How.choices, widget=forms.RadioSelect
            )
