"""Markdown to clean HTML; references in the text become links."""

from __future__ import annotations

import re
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from core import registry

_TAGS = {
    "p",
    "br",
    "h3",
    "h4",
    "h5",
    "ul",
    "ol",
    "li",
    "em",
    "strong",
    "a",
    "blockquote",
    "code",
    "pre",
    "hr",
}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
REFERENCE = re.compile(r"\b(SPCG-\d+[A-Z]?|meeting \d+|\d{4}-\d{2,3})\b")


def _shift_headings(html: str) -> str:
    """A page has one h1 and its clauses are h2, so a text's highest heading is an h3, whatever it was typed as."""
    shift = 3 - min(map(int, re.findall(r"<h([1-6])>", html)), default=1)
    return re.sub(r"<(/?)h([1-6])>", lambda m: f"<{m[1]}h{min(int(m[2]) + shift, 5)}>", html)


def _link_references(html: str, user: Any) -> str:
    parts = re.split(r"(<a\b.*?</a>|<[^>]+>)", html, flags=re.S)
    return "".join(
        part if part.startswith("<") else REFERENCE.sub(lambda m: _linked(m[0], user), part) for part in parts
    )


def _linked(reference: str, user: Any) -> str:
    url = registry.first("resolve", reference, user)
    return f'<a class="ref" href="{escape(url)}">{reference}</a>' if url else reference


def render_markdown(text: str, user: Any = None) -> SafeString:
    """Sanitised HTML of a Markdown text; raw HTML stays as typed. With a user, references that this
    person may open become links."""
    html = nh3.clean(
        _shift_headings(_parser.render(text or "")),
        tags=_TAGS | _TABLE,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(_link_references(html, user) if user else html)
