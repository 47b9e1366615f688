"""A reply that came by e-mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, TokenForm
from organizations.models import Organization
from proposals.forms.fields import CommitteeField, text_area
from proposals.forms.replies import ReplacingForm
from proposals.models import Interest, ProposalRemark
from proposals.services.received import senders_of


class ReceiveForm(TokenForm, ReplacingForm):
    """What somebody of the own organization wrote: a comment, or the answer of a committee. Whose organization it is
    follows from who records it; the form has no field for it."""

    field_order = ["sender", "said_by", "received_on", "answer", "committee", "text", "stance"]
    sender = forms.TypedChoiceField(label=_("Who wrote it"), required=False, empty_value=None)
    said_by = forms.CharField(
        label=_("Somebody else, by role or committee"),
        max_length=120,
        required=False,
        help_text=_("For example “Secretary of ISO/TC 61”. No personal names."),
    )
    received_on = DayField(label=_("Received on"), future=False, help_text=_("The day decides whether it is late."))
    answer = forms.ChoiceField(
        label=_("It is"),
        required=False,
        choices=[
            ("", _("A comment")),
            *((value, label) for value, label in Interest.Answer.choices if value != Interest.Answer.NO_ANSWER),
        ],
        help_text=_("A comment, or what a committee answers about its interest."),
    )
    committee = CommitteeField(
        label=_("On behalf of a committee"), required=False, help_text=_("Its acronym; for an answer it is needed.")
    )
    text = text_area(_("What was written"), 5, required=False)
    stance = forms.ChoiceField(
        label=_("Stance, if it is a comment"),
        choices=ProposalRemark.Stance.choices,
        initial=ProposalRemark.Stance.NEUTRAL,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, organization: Organization | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        people = {str(user.pk): user for user in senders_of(organization)}
        self.fields["sender"].choices = [("", _("Somebody else")), *((pk, str(user)) for pk, user in people.items())]
        self.fields["sender"].coerce = people.get

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("sender") and not values.get("said_by") and "sender" not in self.errors:
            self.add_error("said_by", _("Choose who wrote it, or enter a role or committee."))
        if values.get("answer") and not values.get("committee") and "committee" not in self.errors:
            self.add_error("committee", _("Enter the acronym of the committee that answers."))
        if not values.get("answer") and not values.get("text") and "text" not in self.errors:
            self.add_error("text", _("Enter what was written."))
        values["stance"] = values.get("stance") or ProposalRemark.Stance.NEUTRAL
        return values
