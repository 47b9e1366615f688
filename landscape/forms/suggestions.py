"""Forms of suggested edits."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm, VersionForm
from landscape.forms.areas import text_field


class SuggestForm(TokenForm, VersionForm):
    """The text as its author would have it; `version` is the number of the revision that it was made out of."""

    text = text_field()
    reason = forms.CharField(
        label=_("Why the text should change"),
        max_length=300,
        help_text=_("One sentence, for the secretary who decides and for the history."),
    )


class DecideForm(PortalForm):
    """The word with which a suggestion is accepted or rejected."""

    word = forms.CharField(label=_("Your word to the author"), max_length=200)
