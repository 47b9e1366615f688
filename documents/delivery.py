"""A rendered document as an answer to a browser."""

from __future__ import annotations

import base64
import hashlib

from django.http import HttpResponse

from documents.judge import content_disposition
from documents.publishing.content import Content
from documents.publishing.formats import Rendered, render


def export_response(content: Content, format: str, name: str) -> HttpResponse:
    """Word and PDF are downloads under `name` (without extension); the web page is shown and prints.

    Raises ValueError for any other format."""
    return rendered_response(render(content, format), name)


def rendered_response(rendered: Rendered, name: str) -> HttpResponse:
    """What was rendered before, delivered in the same way."""
    data, content_type, extension = rendered
    response = HttpResponse(data, content_type=content_type)
    if extension == "html":
        response._csp_update = {"style-src": [_hash_of_style(data)]}
    else:
        response.headers["Content-Disposition"] = content_disposition(f"{name}.{extension}".replace("/", "-"))
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _hash_of_style(page: bytes) -> str:
    """The page carries its own stylesheet; the policy allows exactly this one by its hash."""
    style = page.partition(b"<style>")[2].partition(b"</style>")[0]
    return f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'"
