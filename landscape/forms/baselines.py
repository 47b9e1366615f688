"""Forms of baselines and of files that are imported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm
from documents.judge import Refused as NotAccepted
from documents.judge import judge_upload

LARGEST = 5 * 1024 * 1024


class BaselineForm(TokenForm):
    """The name under which the register is kept as it stands."""

    name = forms.CharField(
        label=_("Name of the baseline"),
        max_length=120,
        help_text=_("What it is for, for example “As reported to TSAG, January 2021”."),
    )


class ImportForm(PortalForm):
    """A CSV file of areas, judged by its content; the clean value is its name and its text."""

    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,
        error_messages={"required": _("Choose a CSV file.")},
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text=_("As the portal exports it: UTF-8, one row per area, up to 5 MB."),
    )

    def clean_file(self) -> tuple[str, str]:
        content: Any = self.cleaned_data["file"]
        try:
            judged = judge_upload(content.name or "", content, limit=LARGEST)
        except NotAccepted as error:
            raise forms.ValidationError(str(error), code="refused") from error
        if judged.kind not in ("csv", "text"):
            words = {"name": judged.safe_name}
            raise forms.ValidationError(_("“%(name)s” is no CSV file.") % words, code="kind")
        try:
            return judged.safe_name, content.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            words = {"name": judged.safe_name}
            said = _("“%(name)s” is not in UTF-8. Save it as “CSV UTF-8”.") % words
            raise forms.ValidationError(said, code="encoding") from None
