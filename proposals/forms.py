"""Forms of proposals: clean values in, clear errors out, nothing saved here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.dates import format_date, today, workday_after
from core.forms import DayField, PortalForm, TokenForm, VersionForm
from documents.judge import Refused as NotAccepted
from documents.judge import judge_upload
from documents.models import Document, Revision
from organizations.models import Approval, BoardMeeting, Committee, Organization
from organizations.queries import find_committee, standing_of
from proposals.models import Interest, Proposal, ProposalRemark
from proposals.permissions import can_log
from proposals.queries import OPEN_WORD

LONGEST_TEXT = 50_000
MOST_FILES = 10


def suggested_reply_by() -> Any:
    """The day that the rule of the house suggests: four weeks from today, past weekends and holidays."""
    return workday_after(today(), settings.REPLY_WITHIN_DAYS)


def text_area(label: Any, rows: int = 4, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class FilesInput(forms.ClearableFileInput):
    """Several files in one field; what was once stored is not offered for clearing."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files, each judged by its content; the clean value is a list of (judged, content)."""

    widget = FilesInput
    default_error_messages = {"required": _("Choose a file."), "many": _("Choose at most ten files at a time.")}

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("help_text", _("Word or PDF, up to 20 MB each."))
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        contents = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if not contents and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(contents) > MOST_FILES:
            raise ValidationError(self.error_messages["many"], code="many")
        judged, faults = [], []
        for content in contents:
            try:
                judged.append((judge_upload(content.name or "", content), content))
            except NotAccepted as error:
                faults.append(str(error))
        if faults:
            raise ValidationError(faults, code="refused")
        return judged


class CommitteeField(forms.CharField):
    """A committee by its acronym or another spelling of it; the clean value is the committee, or None."""

    default_error_messages = {
        "required": _("Enter the acronym of a committee, for example IEC TC 61."),
        "unknown": _("No committee is called “%(text)s”. Choose one of the list, for example IEC TC 61."),
    }

    def __init__(self, own: bool = True, **kwargs: Any):
        """With htmx the list beside the field follows what is typed; without it the acronym is typed in full."""
        name = "own" if own else "all"
        attrs = {
            "list": f"committees-{name}",
            "autocomplete": "off",
            "hx-get": format_lazy("{}{}", reverse_lazy("proposals:committees"), "?own=1" if own else ""),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": f"#committees-{name}",
        }
        super().__init__(max_length=60, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Committee | None:
        text = super().clean(value)
        if not text:
            return None
        committee = find_committee(text.replace("\x00", ""))
        if committee is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"text": text})
        return committee


class _ProposalFields(forms.Form):
    """The fields of a proposal, in the order of the page."""

    title = forms.CharField(
        label=_("Title"), max_length=300, help_text=_("As on the proposal form, in English, without quotation marks.")
    )
    kind = forms.ChoiceField(
        label=_("Kind of proposal"),
        choices=Proposal.Kind.choices,
        widget=forms.RadioSelect,
        initial=Proposal.Kind.NEW_FIELD,
    )
    scope = text_area(
        _("Scope"), 5, help_text=_("As written by the proposer. Copy it from the form; do not shorten it.")
    )
    justification = text_area(
        _("Justification (optional)"), 3, required=False, help_text=_("Why the proposer thinks the work is needed.")
    )
    proposer = forms.CharField(
        label=_("Proposed by"),
        max_length=200,
        help_text=_("National body, National Committee, Member State or committee, for example SAC (China)."),
    )
    received_on = DayField(label=_("Received on"), future=False, help_text=_("The day the organization received it."))
    board_decision_on = DayField(
        label=_("The board decides on (optional)"), required=False, help_text=_("The date of the board's meeting.")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        received, decided = values.get("received_on"), values.get("board_decision_on")
        if received and decided and decided < received:
            self.add_error("board_decision_on", _("Enter a date after the day of receipt."))
        return values


class LogForm(_ProposalFields, TokenForm):
    """A new proposal on one page; the organization and the dates have their usual values."""

    organization = forms.ModelChoiceField(
        label=_("Addressed to"), queryset=Organization.objects.none(), empty_label=None
    )
    files = FilesField(label=_("Proposal form and annexes (optional)"), required=False)
    reply_by_on = DayField(label=_("Comments close on"), past=False)

    CLAUSES = (
        (_("The proposal"), ("title", "kind", "scope", "justification")),
        (_("Where it comes from"), ("proposer", "organization", "received_on", "board_decision_on")),
        (_("Documents"), ("files",)),
        (_("Circulation"), ("reply_by_on",)),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = [item.organization_id for item in standing_of(user).appointments if can_log(user, item.organization)]
        field = self.fields["organization"]
        field.queryset = Organization.objects.filter(pk__in=own)
        field.label_from_instance = lambda organization: organization.board
        field.initial = own[0] if own else None
        self.fields["received_on"].initial = today()
        day = suggested_reply_by()
        self.fields["reply_by_on"].initial = day
        self.fields["reply_by_on"].help_text = _(
            "Suggested: %(day)s, four weeks from today, past weekends and holidays."
        ) % {"day": format_date(day, weekday=True)}

    def clauses(self) -> list[tuple[Any, list[Any]]]:
        """The groups of the page, each with its bound fields."""
        return [(heading, [self[name] for name in names]) for heading, names in self.CLAUSES]


class EditForm(_ProposalFields, VersionForm):
    """A proposal's fields; the deadline as long as it is a draft."""

    reply_by_on = DayField(label=_("Comments close on"), required=False)

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if proposal.circulated_at:
            del self.fields["reply_by_on"]

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class AttachForm(PortalForm):
    """More files of a proposal."""

    files = FilesField(label=_("Files"))


class CirculateForm(VersionForm):
    """The one choice on the page before the mails go out."""

    reply_by_on = DayField(label=_("Comments close on"), past=False)


class ExtendForm(VersionForm):
    """A later day for comments, and why."""

    reply_by_on = DayField(label=_("Comments close on"), past=False)
    reason = forms.CharField(label=_("Reason"), max_length=250, help_text=_("One sentence; everybody reads it."))


class ReasonForm(PortalForm):
    """A reason, for withdrawing or closing."""

    reason = forms.CharField(label=_("Reason"), max_length=250, help_text=_("One sentence; everybody reads it."))


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


class DeclareForm(PortalForm):
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
    note = forms.CharField(label=_("Note (optional)"), max_length=500, required=False)
    replaces = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def rebase(self, stamp: str) -> None:
        """After a conflict the writer's own answer stays, to replace knowingly the one that was shown."""
        self.data = self.data.copy()
        self.data[self.add_prefix("replaces")] = stamp


class TextForm(PortalForm):
    """The text of a new recommendation or revision, in Markdown."""

    text = text_area(
        _("Text"), 14, help_text=_("A blank line begins a paragraph, - a list; SPCG-47B and 2020-11 become links.")
    )


class _ReadForm(forms.Form):
    """Carries the revision that the reader has before the eyes, one of this document."""

    carries = "revision"

    def __init__(self, *args: Any, document: Document, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields[self.carries] = forms.ModelChoiceField(
            queryset=Revision.objects.filter(document=document).select_related("document"), widget=forms.HiddenInput
        )


class ReviseForm(_ReadForm, TextForm):
    """The next lettered revision, after the one that the writer has read."""

    carries = "after"
    note = forms.CharField(label=_("What changed"), max_length=300, help_text=_("One sentence for the readers."))


class EditTextForm(TextForm, VersionForm):
    """The text of a draft revision."""


class ProposeForm(_ReadForm, PortalForm):
    """When the three verdicts are due."""

    due_on = DayField(label=_("Approvals due on (optional)"), required=False, past=False)


class ApproveForm(_ReadForm, PortalForm):
    """One organization's verdict on the revision that the reader sees."""

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[
            (Approval.Verdict.APPROVED, _("Approve")),
            (Approval.Verdict.COMMENTS, _("Approve with comments")),
            (Approval.Verdict.CHANGES, _("Ask for changes")),
        ],
        initial=Approval.Verdict.APPROVED,
        widget=forms.RadioSelect,
    )
    note = text_area(
        _("Comments, or the changes that you ask for"), 3, required=False, help_text=_("Not needed when you approve.")
    )
    for_absent_colleague = forms.BooleanField(
        label=_("I give this on behalf of an absent colleague of my organization"), required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("verdict") in (Approval.Verdict.COMMENTS, Approval.Verdict.CHANGES) and not values.get("note"):
            self.add_error("note", _("Write your comments, or the changes that you ask for."))
        return values


class SubmitForm(PortalForm):
    """The recommendation before the board."""

    submitted_on = DayField(label=_("Submitted on"), future=False)
    paper_number = forms.CharField(
        label=_("The board's paper number (optional)"),
        max_length=60,
        required=False,
        help_text=_("For example TMB 150/2020."),
    )
    board_meeting = forms.ModelChoiceField(
        label=_("Board meeting (optional)"),
        queryset=BoardMeeting.objects.none(),
        required=False,
        empty_label=_("Not known yet"),
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["board_meeting"]
        field.queryset = BoardMeeting.objects.filter(organization=proposal.organization).order_by("-held_on")
        field.label_from_instance = lambda meeting: format_date(meeting.held_on)
        self.fields["submitted_on"].initial = today()


class RecordForm(VersionForm):
    """What the board decided; recorded again, it carries the version that the writer has read."""

    result = forms.ChoiceField(
        label=_("Decision"),
        choices=[c for c in Proposal.Result.choices if c[0] != Proposal.Result.UNKNOWN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the board decided.")},
    )
    result_on = DayField(label=_("Decided on"), future=False)
    note = text_area(_("The decision in words (optional)"), 3, required=False)
    next_step = forms.CharField(
        label=_("Next step (optional)"),
        max_length=300,
        required=False,
        help_text=_("What comes of it: a new committee, work given to an existing one, nothing."),
    )


class ProposalFilter(forms.Form):
    """The list's filter; it lives in the address, and what it does not know it ignores."""

    q = forms.CharField(label=_("Words or a reference"), max_length=200, required=False)
    organization = forms.ChoiceField(label=_("Addressed to"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any")), (OPEN_WORD, _("Open")), *Proposal.State.choices],
    )

    def __init__(self, data: Any):
        super().__init__(data, label_suffix="", auto_id="%s")
        boards = [(item.slug, item.board) for item in Organization.objects.all()]
        self.fields["organization"].choices = [("", _("Any board")), *boards]

    def values(self) -> dict[str, str]:
        """What was asked for; an answer that is not offered counts as none."""
        self.is_valid()
        return {name: (self.cleaned_data.get(name) or "").replace("\x00", "").strip() for name in self.fields}
