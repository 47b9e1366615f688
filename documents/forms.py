"""Forms of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, TokenForm, VersionForm
from documents.judge import Refused, folder_of, judge_upload
from documents.models import Document, Revision
from documents.queries import years_visible_to
from organizations.models import Organization

LONGEST_TEXT = 200_000
MOST_TABLE = 2 * 1024 * 1024
MOST_FOLDER = 100 * 1024 * 1024


class JudgedFileField(forms.FileField):
    """A file judged by its content; its clean value is (judged, content), or None."""

    default_error_messages = {"required": _("Choose a file.")}

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("help_text", _("Word, Excel, PowerPoint, OpenDocument, PDF, PNG, JPEG, CSV or text; 20 MB."))
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        content = super().clean(data, initial)
        if not content:
            return None
        try:
            return judge_upload(content.name, content), content
        except Refused as error:
            raise ValidationError(str(error), code="refused") from None


def text_field(**kwargs: Any) -> forms.CharField:
    """The text of a document, in Markdown."""
    return forms.CharField(
        label=_("Text"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("# begins a heading, - a list, **bold**; SPCG-47B, 2020-11 and “meeting 8” become links."),
        **kwargs,
    )


class RegisterForm(TokenForm):
    """A new document with its first revision."""

    title = forms.CharField(label=_("Title"), max_length=300)
    short_title = forms.CharField(
        label=_("Short title (optional)"), max_length=120, required=False, help_text=_("As it is called in a report.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose a kind")), *Document.Kind.choices])
    text = text_field()
    note = forms.CharField(
        label=_("Note (optional)"), max_length=300, required=False, help_text=_("Why this revision exists.")
    )
    file = JudgedFileField(label=_("File (optional)"), required=False)


class ReviseForm(PortalForm):
    """The next lettered revision; `after` is the revision that the writer has read."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    text = text_field()
    note = forms.CharField(label=_("What changed"), max_length=300, help_text=_("One sentence for the readers."))


class EditForm(VersionForm):
    """Text, note and date of a draft."""

    text = text_field()
    note = forms.CharField(label=_("Note (optional)"), max_length=300, required=False)
    dated_on = DayField(label=_("Date"))


class TitleForm(VersionForm):
    """Title and kind of a document of which nothing is approved yet."""

    title = forms.CharField(label=_("Title"), max_length=300)
    short_title = forms.CharField(
        label=_("Short title (optional)"), max_length=120, required=False, help_text=_("As it is called in a report.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Document.Kind.choices)


class AttachForm(PortalForm):
    """One more file of a draft."""

    file = JudgedFileField(label=_("File"))


class ImportForm(PortalForm):
    """An existing register: its table, and an archive of the files that the table names."""

    table = forms.FileField(
        label=_("Table (CSV)"),
        help_text=_(
            "One line for each revision. Columns: reference, title, kind, status, date, note, files, "
            "and ISO, IEC, ITU-T for the numbers there."
        ),
    )
    folder = forms.FileField(
        label=_("Files (ZIP, optional)"), required=False, help_text=_("The files that the table names; 100 MB.")
    )

    def clean_table(self) -> bytes:
        """The bytes of the table: a text would be made one line."""
        content = self.cleaned_data["table"]
        if content.size > MOST_TABLE:
            raise ValidationError(_("The table is larger than 2 MB. Import it in parts."))
        return content.read()

    def clean_folder(self) -> Any:
        """The archive, checked as a whole; its files are judged one by one on the check page."""
        content = self.cleaned_data["folder"]
        if content and content.size > MOST_FOLDER:
            raise ValidationError(_("The archive is larger than 100 MB. Import it in parts."))
        try:
            if content:
                folder_of(content.name, content)
        except Refused as error:
            raise ValidationError(str(error), code="refused") from None
        return content


class GapForm(PortalForm):
    """Why numbers are not in the register."""

    first = forms.IntegerField(label=_("From number"), min_value=1, max_value=999_999)
    last = forms.IntegerField(label=_("To number"), min_value=1, max_value=999_999)
    text = forms.CharField(
        label=_("Explanation"), max_length=300, help_text=_("For example: kept on paper before 2019, not imported.")
    )

    def clean(self) -> dict[str, Any]:
        """The numbers stand in their order."""
        values = super().clean()
        if "first" in values and "last" in values and values["last"] < values["first"]:
            self.add_error("last", _("Enter a number that is not lower than the first one."))
        return values


class NumberForm(PortalForm):
    """The number that another organization gave the same document."""

    organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.all(), empty_label=_("Choose an organization")
    )
    number = forms.CharField(
        label=_("Number"), max_length=60, help_text=_("For example TSAG-TD1000, SMB/7000/R or TMB 150/2020.")
    )


class RegisterFilter(forms.Form):
    """The register's filter; it lives in the address, and what it does not know it ignores."""

    q = forms.CharField(label=_("Number, or words in title or text"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *Document.Kind.choices])
    year = forms.ChoiceField(label=_("Year"), required=False)
    state = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Any")), *Revision.Status.choices])

    def __init__(self, data: Any, user: Any):
        super().__init__(data, label_suffix="", auto_id="%s")
        self.fields["year"].choices = [("", _("Any")), *((str(year), str(year)) for year in years_visible_to(user))]

    def values(self) -> dict[str, str]:
        """What was asked for; an answer that is not offered counts as none."""
        self.is_valid()
        return {name: (self.cleaned_data.get(name) or "").replace("\x00", "").strip() for name in self.fields}
