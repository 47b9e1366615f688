"""The few words that the engine itself writes into a document, in the language of the document."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext


@dataclass(frozen=True)
class Words:
    """`page` holds {page} and {pages}, which each format replaces by its own counters."""

    draft: str
    contents: str
    cover: str
    page: str


def words_in(language: str) -> Words:
    """The words in this language; English where a translation is missing."""
    with translation.override(language):
        return Words(
            draft=gettext("Draft"),
            contents=gettext("Contents"),
            cover=gettext("Cover of the document"),
            page=gettext("Page {page} of {pages}"),
        )
