"""Pieces of pages that many readers see alike, drawn once in a process: a list shows fifty rows, and most of them are
the same as at its last reader."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MOST_KEPT = 4096
_SECRET = secrets.token_hex(16)


@dataclass(frozen=True)
class _Piece:
    template: str
    language: str | None
    key: tuple[Any, ...]
    context: Mapping[str, Any] = field(compare=False)


def drawn(
    template: str, key: tuple[Any, ...], context: Mapping[str, Any], fresh: Mapping[str, Any] | None = None
) -> SafeString:
    """The template with this context. `key` holds everything of the context that the template shows: two contexts of
    the same key are drawn alike. It holds no token, nor anything that the clock changes; values of this request alone
    stand in `fresh` and are put in afterwards."""
    fresh = fresh or {}
    html = _drawn(_Piece(template, get_language(), key, {**context, **{name: _place(name) for name in fresh}}))
    for name, value in fresh.items():
        html = html.replace(_place(name), conditional_escape(value))
    return mark_safe(html)  # noqa: S308 - Django's own output


def _place(name: str) -> str:
    """What stands in a kept piece where a value of the request belongs; nobody can type it."""
    return f"{name}-{_SECRET}"


@lru_cache(MOST_KEPT)
def _drawn(piece: _Piece) -> str:
    return str(render_to_string(piece.template, dict(piece.context)).strip())
