"""The list's filter; it lives in the address, and what it does not know it ignores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from organizations.models import Organization
from proposals.models import Proposal
from proposals.queries.listing import SORTS, STATES, Wanted

ORDERS = (
    ("", _("Open first, newest first")),
    ("-reference", _("Newest reference first")),
    ("reference", _("Oldest reference first")),
    ("title", _("Title")),
    ("-title", _("Title, from Z")),
    ("organization", _("Organization")),
    ("-organization", _("Organization, from the last")),
    ("state", _("State")),
    ("-state", _("State, from the last")),
    ("deadline", _("Earliest deadline first")),
    ("-deadline", _("Latest deadline first")),
    ("-received", _("Received last")),
    ("received", _("Received first")),
)


@dataclass(frozen=True)
class Heading:
    """A column's heading: what a click on it sorts by, and how the column is sorted now."""

    label: Any
    sort: str
    direction: str = ""


class ProposalFilter(forms.Form):
    """Words, organization and board, state, when comments close, what waits on the reader, and the order."""

    q = forms.CharField(label=_("Words or a reference"), max_length=200, required=False)
    organization = forms.ChoiceField(label=_("Organization and board"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any")), *STATES, (Proposal.State.CIRCULATED, _("Circulated"))],
    )
    closes_from = DayField(label=_("Comments close from"), required=False)
    closes_to = DayField(label=_("until"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERS)
    mine = forms.BooleanField(label=_("Only what waits on me"), required=False)

    def __init__(self, data: Any):
        super().__init__(data, label_suffix="", auto_id="%s")
        boards = [(item.slug, f"{item.code}, {item.board}") for item in Organization.objects.all()]
        self.fields["organization"].choices = [("", _("All")), *boards]
        for field in self.fields.values():
            chosen = isinstance(field.widget, forms.Select)
            box = isinstance(field.widget, forms.CheckboxInput)
            field.widget.attrs["class"] = "form-select" if chosen else "form-check-input" if box else "form-control"
        self.fields["q"].widget.input_type = "search"

    def wanted(self) -> Wanted:
        """What was asked for; an answer that is not offered counts as none."""
        self.is_valid()
        values = {name: self.cleaned_data.get(name) for name in self.fields}
        words = (values.pop("q") or "").replace("\x00", "").strip()
        return Wanted(words, **{name: value for name, value in values.items() if value})

    def headings(self) -> list[Heading]:
        """The columns of the table, each with the order that a click gives."""
        named = [("reference", _("Reference")), ("title", _("Title")), ("organization", _("Addressed to"))]
        named += [("state", _("State")), ("deadline", _("Date"))]
        return [_heading(name, label, self.wanted().sort) for name, label in named]


def _heading(name: str, label: Any, sort: str) -> Heading:
    if sort.removeprefix("-") != name or name not in SORTS:
        return Heading(label, name)
    down = sort.startswith("-")
    return Heading(label, name if down else f"-{name}", "descending" if down else "ascending")
