"""The formats in which a document leaves the portal."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings

from documents.publishing.content import Content
from documents.publishing.docx import render_docx
from documents.publishing.html import render_page_html
from documents.publishing.pdf import render_pdf


class Rendered(NamedTuple):
    """The bytes of a file, the media type to serve it with, and its extension without the dot."""

    data: bytes
    content_type: str
    extension: str


_FORMATS: dict[str, tuple[Callable[[Content, str], bytes], str]] = {
    "docx": (render_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (render_pdf, "application/pdf"),
    "html": (render_page_html, "text/html; charset=utf-8"),
}
FORMATS = tuple(_FORMATS)


def render(content: Content, format: str, base_url: str | None = None) -> Rendered:
    """The content as "docx", "pdf" or "html"; ValueError for any other format.

    Links to pages of the portal are completed with `base_url`, by default the portal's own address.
    """
    if format not in _FORMATS:
        raise ValueError(f"The formats are {', '.join(FORMATS)}; there is no “{format}”.")
    write, content_type = _FORMATS[format]
    return Rendered(write(content, settings.SITE_URL if base_url is None else base_url), content_type, format)
