"""The group's decision on an area."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.moves import Refused, Stale
from landscape import permissions, queries
from landscape.forms.decisions import DecisionForm
from landscape.models import Area
from landscape.services import decisions as services
from landscape.views.page import may, visible_area


@require_http_methods(["GET", "HEAD", "POST"])
def record_decision(request: HttpRequest, slug: str) -> HttpResponse:
    """Records that the group decided; where somebody else has recorded another decision meanwhile, both are shown."""
    area = visible_area(request, slug)
    may(permissions.can_record_decision(request.user, area))
    last = queries.history_of_decisions(area).first()
    form = DecisionForm(request.POST or None, initial={"seen": last.pk if last else 0})
    if request.method == "POST" and form.is_valid():
        try:
            services.record_decision(area, request.user, **form.cleaned_data)
        except Stale as error:
            form.data = {**form.data.dict(), "seen": last.pk if last else 0}
            form.add_error(None, str(error))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The decision on “%(area)s” is recorded.") % {"area": area.name})
            return redirect(f"{area.get_absolute_url()}#keyfacts")
    return render(request, "_form_page.html", _context(area, form))


def _context(area: Area, form: DecisionForm) -> dict:
    return {
        "form": form,
        "heading": _("Record the decision on “%(area)s”") % {"area": area.name},
        "submit": _("Record the decision"),
        "back": (area.get_absolute_url(), area.name),
        "side": [
            _("The decision stands on the area, in the list and in the ranking, with your name and the date."),
            _("A later decision takes its place; this one stays in the history."),
        ],
    }
