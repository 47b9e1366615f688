"""Fields and the short form that both kinds of pages use."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from documents.models import Revision
from documents.queries import revision_of
from organizations.models import Organization


class RecordsField(forms.ModelMultipleChoiceField):
    """Several records as check boxes."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        # SQLite fails on a number that is too long for it.
        for pk in value if isinstance(value, list | tuple) else ():
            if len(str(pk)) > 9:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(pk)[:20]}
                )
        return super().clean(value)


class OrganizationsField(RecordsField):
    """ISO, IEC, ITU-T as check boxes."""

    def __init__(self, **kwargs: Any):
        super().__init__(queryset=Organization.objects.all(), **kwargs)


class ReferencesField(forms.CharField):
    """References of registered documents, separated by commas or spaces after a number: SPCG-32C, SPCG-49A."""

    def __init__(self, *, single: bool = False, **kwargs: Any):
        self.single, self.user = single, None
        super().__init__(max_length=300, **kwargs)

    def clean(self, value: Any) -> list[Revision]:
        words = [word.strip() for word in re.split(r"[,;\n]", super().clean(value)) if word.strip()]
        found = {word: revision_of(word, self.user) for word in words}
        unknown = [word for word, revision in found.items() if revision is None]
        if unknown:
            raise ValidationError(
                _("Not in the register: %(words)s. Type references as SPCG-32C."), params={"words": ", ".join(unknown)}
            )
        if self.single and len(found) > 1:
            raise ValidationError(_("Name one document."))
        return list(found.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


class ReasonForm(PortalForm):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
