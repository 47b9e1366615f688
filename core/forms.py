"""The forms of the house: clean values in, clear errors out, nothing lost."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.dates import format_date, parse_date

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def without_control(text: str) -> str:
    """The text as typed, without control characters and direction marks, which no database need keep."""
    return _CONTROL.sub("", text)


def clean_line(text: str) -> str:
    """One line: control characters out, every run of white space one space."""
    return " ".join(_CONTROL.sub("", text).split())


def clean_lines(text: str) -> str:
    """Several lines: control characters out, line ends \\n, no white space at the end of a line."""
    lines = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


class DayInput(forms.TextInput):
    """A date as typed; shown as the portal writes dates."""

    def format_value(self, value: Any) -> str:
        return format_date(value) if isinstance(value, date) else super().format_value(value)


class WeekdayInput(DayInput):
    """A date with its weekday beside it, which follows what is typed."""

    template_name = "weekday_input.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "weekday": weekday_of(context["widget"]["value"] or "")}


def weekday_of(text: str) -> str:
    """The weekday of a date as typed; nothing where it is no date."""
    try:
        return f"{parse_date(text[:60]):%A}"
    except ValueError:
        return ""


class DayField(forms.Field):
    """A day, typed in any usual form. `past=False` refuses days before today, `future=False` those after."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("Enter a date, for example 25 November 2020."),
        "past": _("Enter a date that is not in the past."),
        "future": _("Enter a date that is not in the future."),
    }

    def __init__(self, *, past: bool = True, future: bool = True, **kwargs: Any):
        self.past, self.future = past, future
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"class": "dateinput w-auto", "autocomplete": "off"}

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return parse_date(str(value)[:60])
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def validate(self, value: date | None) -> None:
        from core.dates import today

        super().validate(value)
        if value and not self.past and value < today():
            raise ValidationError(self.error_messages["past"], code="past")
        if value and not self.future and value > today():
            raise ValidationError(self.error_messages["future"], code="future")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class ClockField(forms.TimeField):
    """A time of day by Geneva's clock: 13:00, 13.00 or 13h00."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("error_messages", {"invalid": _("Enter a time, for example 13:00.")})
        super().__init__(input_formats=["%H:%M", "%H.%M", "%Hh%M", "%H:%M:%S"], **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"class": "w-auto", "autocomplete": "off", "inputmode": "numeric", "size": 8}

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if hasattr(value, "hour") else value


class PortalForm(forms.Form):
    """Base of every form: text comes out without control characters; labels end without a colon."""

    required_css_class = "required"
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and "required" in field.error_messages and field.label:
                field.error_messages["required"] = _("Enter: %(label)s.") % {"label": str(field.label)}

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                lines = isinstance(self.fields[name].widget, forms.Textarea)
                self._take_clean_text(name, clean_lines(value) if lines else clean_line(value))

    def _take_clean_text(self, name: str, value: str) -> None:
        self.cleaned_data[name] = value
        if not value and self.fields[name].required and name not in self.errors:
            self.add_error(name, self.fields[name].error_messages["required"])


class TokenForm(PortalForm):
    """A form that creates something: the token makes a double click one record. The same form sent again with other
    words, after the browser's Back, is a record of its own, so that nothing typed is lost."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def _post_clean(self) -> None:
        super()._post_clean()
        token = self.cleaned_data.get("token")
        if token:
            words = sorted((name, _words(value)) for name, value in self.cleaned_data.items() if name != "token")
            self.cleaned_data["token"] = uuid.uuid5(token, repr(words))


def _words(value: Any) -> str:
    """What a clean value says: of records their keys, of a file its name and size."""
    if isinstance(value, list | tuple | models.QuerySet):
        return repr([_words(item) for item in value])
    if isinstance(value, models.Model):
        return f"{value._meta.label} {value.pk}"
    if isinstance(value, UploadedFile):
        return f"{value.name} {value.size}"
    return repr(value)


class VersionForm(PortalForm):
    """A form that changes something: it carries the version that it was opened at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def rebase(self, version: int) -> None:
        """After a conflict the writer's own text stays, to be saved knowingly over the newer version."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = version
