"""Forms of comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm
from landscape.forms.parts import stand_in
from landscape.models import Area
from landscape.passages import (
    MOST_QUOTED,
    Passage,
    digest_of,
    find,
    one_line,
    paragraphs,
    passage_at,
    plain_text,
)
from landscape.queries import newest_revision
from organizations.models import Committee, Organization


class CommentForm(TokenForm):
    """A comment or a reply, for the organization or one of its committees in this area."""

    text = forms.CharField(label=_("Add a comment"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))
    committee = forms.ModelChoiceField(
        label=_("You comment"), queryset=Committee.objects.none(), required=False, empty_label=None
    )
    parent = forms.IntegerField(widget=forms.HiddenInput, required=False)
    passage = forms.CharField(
        label=_("On the passage"), required=False, max_length=12, widget=forms.Select, empty_value=""
    )
    # A script fills these from what the reader selects in the text; `seen` is the revision that the page showed.
    quote = forms.CharField(widget=forms.HiddenInput, required=False, max_length=5000, strip=False)
    before = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200, strip=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=10**6)

    def __init__(self, *args: Any, area: Area, organization: Organization | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.area = area
        lines = paragraphs(area.text)
        choices = [(digest_of(line), Truncator(line).chars(90)) for line in lines]
        self.fields["passage"].widget.choices = [("", _("the whole area")), *choices]
        own = Committee.objects.filter(areas__area=area, organizations=organization).order_by("areas__position")
        field = self.fields["committee"]
        field.queryset = own
        field.empty_label = _("for %(organization)s") % {"organization": organization}
        self.own = [(item.pk, _("on behalf of %(committee)s") % {"committee": item}) for item in own]
        field.choices = [("", field.empty_label), *self.own]
        self.fields["text"].error_messages["required"] = _("Write what you want to say.")
        stand_in(self, "answer")

    def clean(self) -> dict[str, Any]:
        """What was sent becomes the passage, if one was chosen, and the revision that it was chosen in."""
        cleaned = super().clean()
        seen, quote, before, digest = (cleaned.pop(name, "") for name in ("seen", "quote", "before", "passage"))
        newest = newest_revision(self.area)
        shown = self.area.revisions.filter(number=seen or newest.number).first() or newest
        passages = [(_chosen(item.text, quote, before, digest), item) for item in (newest, shown)]
        cleaned["passage"], cleaned["revision"] = next((pair for pair in passages if pair[0]), (None, None))
        if (quote or digest) and not cleaned["passage"] and not cleaned.get("parent"):
            self.add_error("passage", _("These words are not in the text. Choose the passage again."))
        return cleaned


def _chosen(text: str, quote: str, before: str, digest: str) -> Passage | None:
    """The passage of a text that was selected or, where nothing was, chosen from the list of paragraphs."""
    plain = plain_text(text)
    if one_line(quote):
        place = find(Passage(one_line(quote)[:MOST_QUOTED], before), plain)
    else:
        line = next((line for line in paragraphs(text) if digest and digest_of(line) == digest), "")
        place = (plain.index(line), plain.index(line) + len(line)) if line in plain and line else None
    return passage_at(plain, *place) if place else None


class ResolveForm(PortalForm):
    """A word how a comment was resolved."""

    resolution = forms.CharField(label=_("How it was resolved"), max_length=300, required=False)
