"""Fields that several forms of the room share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.dates import today, workday_after
from documents.judge import Refused as NotAccepted
from documents.judge import judge_upload
from organizations.models import Committee
from organizations.queries import find_committee

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
