"""The page on which a proposal is logged: what the received form says, what is similar, files that are held."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.dates import format_date
from core.drafts import AnotherDraft, save_draft, sheet_of
from core.moves import NotAllowed, Refused
from core.views import offer_draft
from organizations.permissions import can_read
from proposals.forms.log import LogForm, ReceivedForm
from proposals.models import Proposal
from proposals.permissions import can_circulate, can_log
from proposals.queries.similar import similar_to
from proposals.reading import Reading, Unreadable, read_proposal_form
from proposals.services import proposals as services
from proposals.services.tray import contents_of, empty_tray, hold_files
from proposals.views.doorway import posted, to_record


@require_http_methods(["GET", "HEAD", "POST"])
def log_proposal(request: HttpRequest) -> HttpResponse:
    """One page; after it comes the check page of the circulation, or the draft's page."""
    if refused := _refused(request):
        return refused
    sheet = sheet_of(request.POST) if request.method == "POST" else sheet_of_draft(request)
    form = LogForm(posted(request), request.FILES or None, user=request.user, sheet=sheet)
    proposal = _logged(request, form, sheet) if request.method == "POST" and form.is_valid() else None
    if proposal is None:
        _hold_chosen(request, form, sheet)
        return _page(request, form)
    messages.success(
        request, _("Logged as %(reference)s. Nobody has been told yet.") % {"reference": proposal.reference}
    )
    later = "later" in request.POST or not can_circulate(request.user, proposal)
    return to_record(proposal) if later else redirect("proposals:circulate", proposal.reference)


def sheet_of_draft(request: HttpRequest) -> UUID | None:
    """The sheet of the draft that is being continued."""
    return sheet_of(QueryDict(f"draft_sheet={request.GET.get('draft', '')[:36]}"))


def _refused(request: HttpRequest) -> HttpResponse | None:
    if not can_read(request.user):
        raise Http404
    if can_log(request.user):
        return None
    messages.error(request, _("Secretaries log proposals. Ask the secretary of your organization."))
    return redirect("proposals:list")


def _logged(request: HttpRequest, form: LogForm, sheet: UUID | None) -> Proposal | None:
    values = {name: value for name, value in form.cleaned_data.items() if name not in ("held", "read")}
    values["files"] = [*contents_of(form.cleaned_data["held"]), *values["files"]]
    try:
        proposal = services.log_proposal(request.user, **values)
    except NotAllowed as error:
        form.add_error("organization", str(error))
    except Refused as error:
        form.add_error(None, str(error))
    else:
        if sheet:
            empty_tray(request.user, sheet)
        return proposal
    return None


def _hold_chosen(request: HttpRequest, form: LogForm, sheet: UUID | None) -> None:
    """Files of a form with errors are held, so that they need not be chosen again."""
    chosen = getattr(form, "cleaned_data", {}).get("files") if request.method == "POST" else None
    if not chosen or sheet is None:
        return
    try:
        held = hold_files(request.user, sheet, chosen)
    except Refused as error:
        form.add_error("files", str(error))
        return
    form.data = form.data.copy()
    form.data.setlist("held", [*form.data.getlist("held"), *(str(file.pk) for file in held)])
    form.hold(request.user, sheet)


def _page(request: HttpRequest, form: LogForm, received: ReceivedForm | None = None, status: int = 200) -> HttpResponse:
    offer_draft(request, form)
    context = {
        "form": form,
        "received": received or ReceivedForm(label_suffix="", use_required_attribute=False),
        "similar": similar_to(form["title"].value() or "", request.user),
    }
    return render(request, "proposals/proposal_log.html", context, status=status)


@require_POST
def read_form(request: HttpRequest) -> HttpResponse:
    """What the received form says is put into the person's draft of the page, where it is checked; nothing that was
    typed is replaced. The file is held and logged with the proposal."""
    if refused := _refused(request):
        return refused
    sheet, received = sheet_of(request.POST), ReceivedForm(request.POST, request.FILES, label_suffix="")
    if sheet is None or not received.is_valid():
        return _unread(request, received, sheet)
    judged, content = received.cleaned_data["received_form"]
    try:
        reading = read_proposal_form(content)
        held = hold_files(request.user, sheet, [(judged, content), *_annexes(request)])
        data = _filled(request, reading, [file.pk for file in held])
        save_draft(request.user, reverse("proposals:log"), sheet, data)
    except (Unreadable, AnotherDraft, Refused) as error:
        received.add_error("received_form", str(error))
        return _unread(request, received, sheet)
    _tell(request, judged.safe_name, reading, data)
    return redirect(f"{reverse('proposals:log')}?draft={sheet}")


def _annexes(request: HttpRequest) -> list[tuple[Any, Any]]:
    """What else is chosen on the page at that moment; a file that is not accepted is told."""
    try:
        return LogForm.base_fields["files"].clean(request.FILES.getlist("files"))
    except ValidationError as error:
        for fault in error.messages:
            messages.error(request, fault)
        return []


def _unread(request: HttpRequest, received: ReceivedForm, sheet: UUID | None) -> HttpResponse:
    """The page again, with what was typed, and why nothing was read."""
    form = LogForm(user=request.user, sheet=sheet)
    form.initial = {name: request.POST[name] for name in form.fields if name in request.POST and name != "held"}
    return _page(request, form, received)


def _filled(request: HttpRequest, reading: Reading, held: list[int]) -> QueryDict:
    """What was typed, and what was read where nothing was typed."""
    data, usual = request.POST.copy(), LogForm(user=request.user).usual()
    untouched = {name for name in reading.values if data.get(name, "").strip() in ("", usual.get(name, ""))}
    read = [name for name in reading.values if name in untouched or name in _read(data)]
    for name in read:
        value = reading.values[name]
        data[name] = value if isinstance(value, str) else format_date(value)
    data["read"] = " ".join(read)
    data.setlist("held", [*data.getlist("held"), *map(str, held)])
    return data


def _read(data: QueryDict) -> list[str]:
    return data.get("read", "").split()


def _tell(request: HttpRequest, name: str, reading: Reading, data: QueryDict) -> None:
    labels = {field: LogForm.base_fields[field].label for field in reading.values | dict.fromkeys(reading.notes)}
    found = ", ".join(str(labels[field]).lower() for field in _read(data))
    if found:
        messages.success(request, _("Read from “%(name)s”: %(found)s. Please check.") % {"name": name, "found": found})
    else:
        messages.warning(
            request, _("Nothing was read from “%(name)s”: fill in the fields. The file is held.") % {"name": name}
        )
    for field in reading.notes:
        messages.warning(request, _("%(field)s: the day in the document cannot stand here.") % {"field": labels[field]})


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Earlier proposals and areas whose titles overlap with the one that is being typed: a part of the page."""
    if not can_read(request.user):
        raise Http404
    found = similar_to(request.GET.get("title", ""), request.user)
    return render(request, "proposals/_similar.html", {"similar": found})
