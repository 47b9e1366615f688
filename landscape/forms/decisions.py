"""The form for the group's decision on an area."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import TokenForm
from landscape.models import AreaDecision
from meetings.models import Meeting


class DecisionForm(TokenForm):
    """Extra support: yes, later or no; why; and at which meeting."""

    answer = forms.ChoiceField(
        label=_("Does the area get extra support on coordination?"),
        choices=AreaDecision.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say yes, later or no.")},
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("In a sentence or two; it is shown with the decision.")
    )
    meeting = forms.ModelChoiceField(
        label=_("Decided at"), queryset=Meeting.objects.none(), required=False, empty_label=_("by correspondence")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = Meeting.objects.exclude(state=Meeting.State.CANCELLED)
