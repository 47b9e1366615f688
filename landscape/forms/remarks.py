"""Forms of comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm
from landscape.forms.parts import stand_in
from landscape.models import Area
from organizations.models import Committee, Organization


class CommentForm(TokenForm):
    """A comment or a reply, for the organization or one of its committees in this area."""

    text = forms.CharField(label=_("Add a comment"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))
    committee = forms.ModelChoiceField(
        label=_("You comment"), queryset=Committee.objects.none(), required=False, empty_label=None
    )
    parent = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, area: Area, organization: Organization | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Committee.objects.filter(areas__area=area, organizations=organization).order_by("areas__position")
        field = self.fields["committee"]
        field.queryset = own
        field.empty_label = _("for %(organization)s") % {"organization": organization}
        field.label_from_instance = lambda item: _("on behalf of %(committee)s") % {"committee": item}
        self.fields["text"].error_messages["required"] = _("Write what you want to say.")
        stand_in(self, "answer")


class ResolveForm(PortalForm):
    """A word how a comment was resolved."""

    resolution = forms.CharField(label=_("How it was resolved"), max_length=300, required=False)
