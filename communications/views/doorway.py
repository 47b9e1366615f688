"""What every page of a letter asks first: is there such a letter for this reader, and where is the way back."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from communications.models import Letter
from communications.queries import letters_visible_to


def visible_letter(request: HttpRequest, pk: int) -> Letter:
    """The letter, if the reader may see it; else there is none."""
    return get_object_or_404(letters_visible_to(request.user), pk=pk)


def back_to(letter: Letter) -> tuple[str, str]:
    return letter.get_absolute_url(), letter.subject
