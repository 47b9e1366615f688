"""Contacts, for the secretaries of their own organization and the administrator; to everybody else there are none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.moves import AlreadyDone, Conflict, Refused
from core.pages import page_of
from core.tables import TYPES, Column, table_response
from organizations.forms.contacts import AddContactForm, EditContactForm
from organizations.models import Contact
from organizations.queries import contacts as reads
from organizations.services import contacts as services
from organizations.services.erasure import erase_contact

form_page = require_http_methods(["GET", "HEAD", "POST"])
FILTERS = ("organization", "capacity", "state", "committee", "country", "q")
COLUMNS = (
    Column(gettext_lazy("Name"), 32),
    Column(gettext_lazy("E-mail address"), 36),
    Column(gettext_lazy("Organization"), 14),
    Column(gettext_lazy("Capacity"), 36),
    Column(gettext_lazy("Committee"), 18),
    Column(gettext_lazy("Country"), 18),
    Column(gettext_lazy("Language"), 10),
    Column(gettext_lazy("Receives letters"), 16),
    Column(gettext_lazy("Trouble"), 36),
)


def for_keepers(view: Any) -> Any:
    """404 for everybody who keeps no contacts."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.kept = reads.kept_by(request.user)
        if not request.kept:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def back_to_contacts() -> tuple[str, str]:
    return reverse("organizations:contacts"), _("Contacts")


def shown_contact(request: HttpRequest, pk: int) -> Contact:
    rows = Contact.objects.filter(organization__in=request.kept)
    return get_object_or_404(rows.select_related("organization", "committee"), pk=pk)


def _wanted(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in FILTERS}


@require_safe
@for_keepers
def contact_list(request: HttpRequest) -> HttpResponse:
    """The contacts that the person keeps, by the filters of the address."""
    wanted = _wanted(request)
    page = page_of(request, reads.contacts_shown_to(request.user, wanted))
    troubles = reads.troubles_of(page.object_list)
    for contact in page.object_list:
        contact.trouble = troubles.get(contact.email.lower(), "")
    context = {
        "page": page,
        "wanted": wanted,
        "filtered": any(wanted.values()),
        "kept": request.kept,
        "capacities": Contact.Capacity.choices,
        "states": [
            ("active", _("Receives letters")),
            ("stopped", _("Receives none")),
            ("trouble", _("Letters come back")),
            ("erased", _("Erased")),
        ],
        "history": reads.recent_contact_entries(request.user)[:20],
        "waiting": reads.imports_shown_to(request.user).filter(state="checked")[:10],
    }
    return render(request, "organizations/contacts.html", context)


@require_safe
@for_keepers
def export_contacts(request: HttpRequest, format: str) -> HttpResponse:
    """The contacts of the list as a file, which can be imported again; who took it stays on record."""
    if format not in TYPES:
        raise Http404
    services.note_export(request.kept, request.user)
    rows = reads.contacts_shown_to(request.user, _wanted(request))
    return table_response(format, _("Contacts"), COLUMNS, _lines(rows), "contacts")


def _lines(rows: Any) -> Iterator[tuple[str, ...]]:
    troubles = reads.all_troubles()
    for row in rows.iterator():
        committee = row.committee.acronym if row.committee else ""
        active = _("yes") if row.active else _("no")
        place, trouble = row.organization.code, troubles.get(row.email.lower(), "")
        capacity = row.get_capacity_display()
        yield row.name, row.email, place, capacity, committee, row.country, row.language, active, trouble


@form_page
@for_keepers
def add_contact(request: HttpRequest) -> HttpResponse:
    """One contact more; one that is there already is not added again."""
    form = AddContactForm(request.POST or None, kept=request.kept)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_contact(request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The contact is in the list."))
            return redirect("organizations:contacts")
    context = {
        "form": form,
        "heading": _("Add a contact"),
        "back": back_to_contacts(),
        "submit": _("Add the contact"),
        "side": [
            _("The person receives the letters of this capacity from the next one on."),
            _("Nothing is mailed now."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
@for_keepers
def edit_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact as it stands, its trouble, and what can be done about it."""
    contact = shown_contact(request, pk)
    form = EditContactForm(request.POST or None, initial=EditContactForm.initial_of(contact))
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_contact(contact, request.user, **form.cleaned_data)
            messages.success(request, _("The contact is saved."))
            return redirect("organizations:contacts")
        except Conflict as error:
            conflict = error
            form.rebase(error.current.version)
        except Refused as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "contact": contact,
        "trouble": reads.troubles_of([contact]).get(contact.email.lower(), ""),
        "conflict": conflict,
        "theirs": _theirs(conflict.current) if conflict else [],
        "heading": _("Edit the contact"),
        "back": back_to_contacts(),
        "submit": _("Save the contact"),
    }
    return render(request, "organizations/contact_form.html", context, status=409 if conflict else 200)


def _theirs(contact: Contact) -> list[tuple[str, str]]:
    fields = EditContactForm.base_fields
    values = EditContactForm.initial_of(contact)
    return [(str(fields[name].label), str(values[name])) for name in values if name not in ("version", "active")]


@require_POST
@for_keepers
def mend_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Tries an address again from which letters came back."""
    services.mend_contact(shown_contact(request, pk), request.user)
    messages.success(request, _("Letters go to this address again, until one comes back."))
    return redirect("organizations:edit_contact", pk)


@form_page
@for_keepers
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """A check page, then the person is forgotten."""
    contact = shown_contact(request, pk)
    if request.method == "POST":
        try:
            count = erase_contact(contact, request.user)
            words = ngettext("%(n)d contact is erased.", "%(n)d contacts are erased.", count)
            messages.success(request, words % {"n": count})
        except AlreadyDone as error:
            messages.success(request, str(error))
        except Refused as error:
            messages.error(request, str(error))
        return redirect("organizations:contacts")
    same = contact.organization.contacts.filter(email__iexact=contact.email, erased_at=None)
    context = {
        "heading": _("Erase this person?"),
        "contact": contact,
        "same": same.select_related("committee"),
        "back": (contact.get_absolute_url(), _("Edit the contact")),
        "submit": _("Erase for good"),
    }
    return render(request, "organizations/contact_erase.html", context)
