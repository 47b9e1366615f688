"""Comments on an area."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.forms import clean_line
from core.moves import Refused
from core.views import asks_for_sign_in
from landscape.forms import ResolveForm
from landscape.models import Area
from landscape.queries import areas_visible_to
from landscape.services import comments as services
from landscape.views.page import (
    COMMENT_FIELDS,
    area_page,
    comment_form,
    forget_typed,
    keep_comment,
    keep_scores,
    sign_in_first,
    visible_area,
)

form_page = require_http_methods(["GET", "HEAD", "POST"])


@asks_for_sign_in
@form_page
def comment_on_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Adds a comment or a reply; a mail's link comes here and is led to the form. Signed out, sign-in comes first
    and loses nothing."""
    if not request.user.is_authenticated:
        return sign_in_first(request, slug)
    area = visible_area(request, slug)
    if request.method != "POST":
        return redirect(f"{area.get_absolute_url()}#comment")
    keep_scores(request, area.slug)
    form = comment_form(request, area, request.POST)
    if not form.is_valid():
        return area_page(request, area, comment=form)
    return _add_comment(request, area, dict(form.cleaned_data))


def _add_comment(request: HttpRequest, area: Area, values: dict) -> HttpResponse:
    parent = area.remarks.filter(pk=values.pop("parent") or 0).first()
    try:
        remark = services.comment_on_area(area, request.user, values.pop("text"), parent=parent, **values)
    except Refused as error:
        keep_comment(request, area.slug)
        messages.error(request, str(error))
        return redirect(f"{area.get_absolute_url()}#comments")
    forget_typed(request, area.slug, COMMENT_FIELDS)
    messages.success(request, _("Your comment is added. Those who follow this area are told."))
    return redirect(f"{area.get_absolute_url()}#remark-{remark.pk}")


def _resolve(request: HttpRequest, slug: str, pk: int, act: object) -> HttpResponse:
    area = get_object_or_404(areas_visible_to(request.user), slug=slug)
    remark = get_object_or_404(area.remarks, pk=pk)
    if request.method == "POST":
        try:
            act(remark)
        except Refused as error:
            messages.error(request, str(error))
    return redirect(f"{area.get_absolute_url()}#remark-{remark.pk}")


@form_page
def resolve_comment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Marks a comment as resolved; done twice is done. A GET, as after sign-in, only leads to the comment."""
    form = ResolveForm(request.POST)
    typed = request.POST.get("resolution", "")
    resolution = form.cleaned_data["resolution"] if form.is_valid() else clean_line(typed)[:300]
    return _resolve(request, slug, pk, lambda remark: services.resolve_comment(remark, request.user, resolution))


@form_page
def reopen_comment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Takes a resolution back."""
    return _resolve(request, slug, pk, lambda remark: services.reopen_comment(remark, request.user))
