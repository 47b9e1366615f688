"""Clean values for contacts and for lists of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm, VersionForm
from core.moves import Refused
from organizations.addresses import MOST_BYTES, ReadRow, fault_of, read_file, read_text, tidy_address
from organizations.models import Committee, Contact, Organization
from organizations.queries import find_committee


class CommitteeField(forms.CharField):
    """A committee by its acronym or another spelling of it."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> Committee | None:
        text = super().clean(value)
        found = find_committee(text.replace("\x00", "")) if text else None
        if text and found is None:
            raise forms.ValidationError(_("No committee is called “%(word)s”."), params={"word": text[:60]})
        return found


class _ContactFields(PortalForm):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As it stands in the salutation of letters."))
    email = forms.CharField(label=_("E-mail address"), max_length=400, widget=forms.EmailInput)
    capacity = forms.ChoiceField(label=_("Capacity"), choices=Contact.Capacity.choices)
    committee = CommitteeField(label=_("Committee"), required=False, help_text=_("Its acronym, if the person has one."))
    country = forms.CharField(label=_("Country"), required=False, max_length=60)
    language = forms.RegexField(
        label=_("Language"),
        regex=r"^[A-Za-z]{2,3}$",
        initial="en",
        max_length=5,
        help_text=_("A code such as en or fr."),
    )

    def clean_email(self) -> str:
        address = tidy_address(self.cleaned_data["email"])
        if fault := fault_of(address):
            raise forms.ValidationError(_("This address cannot be used: %(fault)s."), params={"fault": fault})
        return address

    def clean_language(self) -> str:
        return self.cleaned_data["language"].lower()


class _OfOrganization(forms.Form):
    """For a person who keeps the contacts of several organizations."""

    organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), to_field_name="slug"
    )

    def __init__(self, *args: Any, kept: list[Organization], **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = Organization.objects.filter(pk__in=[item.pk for item in kept])
        self.fields["organization"].queryset = rows
        if len(kept) == 1:
            self.fields["organization"].initial = kept[0].slug
            self.fields["organization"].empty_label = None


class AddContactForm(_OfOrganization, _ContactFields):
    """A new contact."""

    field_order = ["organization"]


class EditContactForm(_ContactFields, VersionForm):
    """A contact as it stands."""

    active = forms.BooleanField(label=_("Receives letters"), required=False)

    @staticmethod
    def initial_of(contact: Contact) -> dict[str, Any]:
        names = ("name", "email", "capacity", "country", "language", "active", "version")
        values = {name: getattr(contact, name) for name in names}
        return values | {"committee": contact.committee.acronym if contact.committee else ""}


class ReadContactsForm(_OfOrganization, TokenForm):
    """A file or a pasted list; the clean value `rows` is what was read from it."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        help_text=_("CSV or Excel (XLSX), up to 10 MB. Headings: Name, E-mail address, Capacity, Committee, Country."),
    )
    text = forms.CharField(
        label=_("Or paste a list"),
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("As Outlook writes it: Name <address>; Name <address>. One per line will do."),
    )
    capacity = forms.ChoiceField(
        label=_("Capacity"),
        choices=Contact.Capacity.choices,
        help_text=_("Of those for whom the list names none."),
    )
    committee = CommitteeField(
        label=_("Committee"), required=False, help_text=_("Its acronym; of those for whom the list names none.")
    )
    field_order = ["organization", "file", "text"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.errors:
            return values
        try:
            values["rows"] = self._read(values)
        except Refused as error:
            self.add_error("file" if values.get("file") else "text", str(error))
        return values

    def _read(self, values: dict[str, Any]) -> list[ReadRow]:
        file, text = values.get("file"), values.get("text")
        if file and text:
            raise Refused(_("Give a file or paste a list, not both."))
        if file and file.size > MOST_BYTES:
            raise Refused(_("The file is larger than 10 MB. Divide it."))
        rows = read_file(file.name, file.read()) if file else read_text(text or "")
        if not rows:
            raise Refused(_("Choose a file or paste a list: nobody stands here."))
        return rows
