"""Lists are paged, and any page number of a reader is answered."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


def page_of(request: HttpRequest, rows: Any, size: int = 50) -> Page:
    """The page that `?page=` names; nonsense gives the first, too far the last."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
