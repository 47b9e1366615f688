"""Comments and interest."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm
from proposals.forms.fields import CommitteeField, text_area
from proposals.models import Interest, ProposalRemark


class CommentForm(TokenForm):
    """A comment in a capacity, with a stance."""

    text = text_area(_("Comment"), 4)
    stance = forms.ChoiceField(
        label=_("Stance"),
        choices=ProposalRemark.Stance.choices,
        initial=ProposalRemark.Stance.NEUTRAL,
        widget=forms.RadioSelect,
    )
    committee = CommitteeField(
        label=_("On behalf of a committee (optional)"),
        required=False,
        help_text=_("Its acronym, if the committee asked you to comment."),
    )


class ReplyForm(TokenForm):
    """A reply in a thread."""

    text = text_area(_("Your reply"), 3)


class ResolveForm(PortalForm):
    """How a comment was taken care of."""

    resolution = forms.CharField(label=_("How it was resolved (optional)"), max_length=250, required=False)


class AskForm(PortalForm):
    """The committee whose interest is asked for."""

    committee = CommitteeField(
        own=False, label=_("Ask a committee"), help_text=_("Any committee of ISO, IEC or ITU-T, by its acronym.")
    )


class ReplacingForm(PortalForm):
    """An answer that replaces the one which its writer has read, if there was one."""

    replaces = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def rebase(self, stamp: str) -> None:
        """After a conflict the writer's own answer stays, to replace knowingly the one that was shown."""
        self.data = self.data.copy()
        self.data[self.add_prefix("replaces")] = stamp


class DeclareForm(ReplacingForm):
    """What a committee of the reader's organization answers."""

    committee = CommitteeField(label=_("Committee"), help_text=_("One of your organization, by its acronym."))
    answer = forms.ChoiceField(
        label=_("It is"),
        choices=[
            ("", _("Choose an answer")),
            *(c for c in Interest.Answer.choices if c[0] != Interest.Answer.NO_ANSWER),
        ],
        error_messages={"required": _("Choose what the committee answers.")},
    )
    note = text_area(_("Statement (optional)"), 3, required=False)
